import type { z } from 'zod';
import type { Alert, ConsolidatedAlert } from '../../../model/alert.ts';
import type { Organization } from '../../../model/organization.ts';
import type { Entity } from '../../../model/task.ts';
import type { consolidatedAlert, individualAlert } from '../alert-schemas.ts';
import { etagOf } from '../etag.ts';
import { formatInstant } from '../instant.ts';
import { link } from '../links.ts';
import { GLOBAL_UNIT } from '../units.ts';
import { UNIT_TYPE } from './audit-trail.ts';

export const INDIVIDUAL_PATH = '/alerts/individual';
export const CONSOLIDATED_PATH = '/alerts/consolidated';

export interface AlertView {
  /** The unit the token belongs to. */
  readonly root: Organization;
  /** Whether the token may change alerts. */
  readonly mayChange: boolean;
}

/** Section 4.4. @param embedded the alert it is consolidated in, where it was asked for */
export function toIndividualAlert(
  alert: Alert,
  view: AlertView,
  embedded?: ConsolidatedAlert,
): z.input<typeof individualAlert> {
  const { type, cause, description, variables } = alert;
  const href = `${INDIVIDUAL_PATH}/${alert.id}`;
  const body = {
    ...sharedMembers(alert, view),
    raised_count: alert.raisedCount,
    consolidated_alert_id: alert.consolidatedId,
    primary_entity: alert.primaryEntity,
    details: { cause, description, type, variables: Object.keys(variables).length === 0 ? null : variables },
    tags: [],
  };
  return {
    _embedded: embedded ? { 'read-consolidated-alert': toConsolidatedAlert(embedded, view) } : null,
    _etag: etagOf(body),
    _links: {
      _self: link(href),
      'read-consolidated-alert': link(`${CONSOLIDATED_PATH}/${alert.consolidatedId}`),
      ...(view.mayChange && { 'update-individual-alert': link(href, 'patch') }),
    },
    ...body,
  };
}

export function toConsolidatedAlert(alert: ConsolidatedAlert, view: AlertView): z.input<typeof consolidatedAlert> {
  const href = `${CONSOLIDATED_PATH}/${alert.id}`;
  const body = {
    ...sharedMembers(alert, view),
    active_entity_count: alert.activeEntities,
    cleared_entity_count: alert.clearedEntities,
    details: { cause: alert.cause, type: alert.type },
  };
  return {
    _etag: etagOf(body),
    _links: { _self: link(href), ...(view.mayChange && { 'update-consolidated-alert': link(href, 'patch') }) },
    ...body,
  };
}

function sharedMembers(alert: Alert | ConsolidatedAlert, { root }: AlertView) {
  const { id, type, cause, severity, status, notes, raisedAt, updatedAt, clearedAt } = alert;
  return {
    ...{ id, type, cause, severity, status, notes },
    raised_timestamp: formatInstant(raisedAt),
    updated_timestamp: formatInstant(updatedAt),
    cleared_timestamp: clearedAt && formatInstant(clearedAt),
    parent_entity: parentOf(alert.parentEntity, root),
  };
}

/** The token's own unit is the global one to it. */
function parentOf(entity: Entity, root: Organization): Entity {
  if (entity.type !== UNIT_TYPE || entity.id !== root.uuid) return entity;
  return { id: GLOBAL_UNIT.id, type: UNIT_TYPE, value: GLOBAL_UNIT.name };
}
