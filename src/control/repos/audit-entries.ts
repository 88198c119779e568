import type { AuditResult } from '../tables.ts';
import type { Db } from '../transaction.ts';

/** What was done to an object. */
export interface AuditEntry {
  readonly seq: number;
  /** ISO 8601 instant. */
  readonly time: string;
  readonly actorType: string;
  readonly actorLabel: string;
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
    .select(['seq', 'time', 'actorType', 'actorLabel', 'action', 'result', 'detail'])
    .where('objectType', '=', object.objectType)
    .where('objectId', '=', object.objectId)
    .where('organizationId', '=', object.organizationId)
    .orderBy('seq', 'desc')
    .limit(object.limit)
    .execute();
  return rows.reverse().map((row) => ({ ...row, detail: row.detail === null ? null : JSON.parse(row.detail) }));
}
