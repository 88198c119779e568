import { auditEntriesOf } from '../../control/repos/audit-entries.ts';
import type { Scope } from '../../model/scope.ts';
import { actorNames } from '../audit/named-within.ts';
import type { Context } from '../context.ts';
import { readAlarm } from './read-alarm.ts';

/** Something that somebody did with an alarm. */
export interface AlarmDeed {
  /** ISO 8601 instant. */
  readonly at: string;
  /** For people. */
  readonly by: string;
  /** `alarm.change`, `alarm.attach_label`, `alarm.detach_label`, `alarm.add_note` or `alarm.suppress`. */
  readonly action: string;
  readonly detail: Readonly<Record<string, unknown>>;
}

/** Deeds of one answer. */
const MOST = 1000;

/**
 * Who did what with an alarm: the latest 1000 deeds, oldest first. Fails with `not_found`. Permission `alarms:read`.
 *
 * @param readerId organization that the reader belongs to, which may be above the scope's; users and clients outside it are shown by
 *   the name of their organization. Null for the operator
 */
export async function listAlarmHistory(
  context: Context,
  scope: Scope,
  alarmId: string,
  readerId: number | null = scope.organization.id,
): Promise<AlarmDeed[]> {
  const { id, organizationId } = await readAlarm(context, scope, alarmId);
  const object = { objectType: 'alarm', objectId: id, organizationId, limit: MOST };
  const entries = await auditEntriesOf(context.control.db, object);
  const actors = entries.map(({ actor }) => actor);
  const nameOf = await actorNames(context, actors, readerId);
  return entries.map(({ time, actor, action, detail }) => ({
    at: time,
    by: nameOf(actor),
    action,
    detail: detail ?? {},
  }));
}
