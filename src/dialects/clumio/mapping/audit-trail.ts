import type { z } from 'zod';
import type { AuditEntryRow } from '../../../core/audit/list-audit-entries.ts';
import type { Organization } from '../../../model/organization.ts';
import type { Entity } from '../../../model/task.ts';
import { formatInstant } from '../instant.ts';
import type { auditTrail } from '../schemas.ts';
import { unitName } from '../units.ts';
import { categoryOf, entityTypeOf, interfaceOf, verbOf } from './audit-words.ts';

/** Organizational units that entries may be about or belong to. */
export interface AuditedUnits {
  /** By number. */
  readonly units: ReadonlyMap<number, Organization>;
  /** Number of the one the token belongs to. */
  readonly rootId: number;
}

export const UNIT_TYPE = 'organizational_unit';

export function toAuditTrail(entry: AuditEntryRow, within: AuditedUnits): z.input<typeof auditTrail> {
  const unit = unitEntity(entry.organizationId ?? 0, within);
  const details = { request_body: detailOf(entry), tags: unit === null ? [] : [unit] };
  const system = entry.actorType === 'system';
  return {
    // Its hash: the number of an entry would tell how much others do.
    id: entry.hash.slice(0, 32),
    timestamp: formatInstant(entry.time),
    user_email: system ? '' : entry.actorLabel,
    ip_address: system || entry.actorFrom === 'local' ? '' : entry.actorFrom,
    interface: interfaceOf({ type: entry.actorType, via: entry.actorVia }),
    category: categoryOf(entry.action),
    action: verbOf(entry.action),
    status: entry.result,
    primary_entity: primaryEntity(entry, within),
    parent_entity: unit,
    details: JSON.stringify(details),
    details_json: details,
  };
}

/** Numbers of organizations above the token's are not its to know. */
function detailOf({ objectType, detail }: AuditEntryRow): string {
  if (detail === null || objectType !== 'organization') return detail ?? '';
  const { parentId: _parent, from: _from, to: _to, ...told } = JSON.parse(detail) as Record<string, unknown>;
  return JSON.stringify(told);
}

function primaryEntity({ objectType, objectId, objectLabel }: AuditEntryRow, within: AuditedUnits): Entity {
  const value = objectLabel ?? objectId;
  const unit = objectType === 'organization' ? unitEntity(Number(objectId), within) : null;
  return { id: unit?.id ?? objectId, type: entityTypeOf(objectType), value };
}

function unitEntity(id: number, { units, rootId }: AuditedUnits): Entity | null {
  const unit = units.get(id);
  if (unit === undefined) return null;
  const { id: shown, name } = unitName(unit, rootId);
  return { id: shown, type: UNIT_TYPE, value: name };
}
