import type { Actor } from '../../model/scope.ts';
import type { AuditResult } from '../tables.ts';
import type { Db } from '../transaction.ts';

/** What was done to an object. */
export interface AuditEntry {
  readonly seq: number;
  /** ISO 8601 instant. */
  readonly time: string;
  readonly actor: Pick<Actor, 'type' | 'id' | 'label'>;
  readonly action: string;
  readonly result: AuditResult;
  readonly detail: Readonly<Record<string, unknown>> | null;
}

export interface AuditedObject {
  readonly objectType: string;
  readonly objectId: string;
  readonly organizationId: number;
  readonly limit: number;
}

/** What was done to an object of an organization: the latest, in the order in which it was done. */
export async function auditEntriesOf(db: Db, object: AuditedObject): Promise<AuditEntry[]> {
  const rows = await db
    .selectFrom('auditEntries')
    .select(['seq', 'time', 'actorType', 'actorId', 'actorLabel', 'action', 'result', 'detail'])
    .where('objectType', '=', object.objectType)
    .where('objectId', '=', object.objectId)
    .where('organizationId', '=', object.organizationId)
    .orderBy('seq', 'desc')
    .limit(object.limit)
    .execute();
  return rows.reverse().map(({ actorType, actorId, actorLabel, detail, ...row }) => ({
    ...row,
    actor: { type: actorType as Actor['type'], id: actorId, label: actorLabel },
    detail: detail === null ? null : JSON.parse(detail),
  }));
}
