import { appendAudit } from '../../control/audit.ts';
import { type AlarmMarks, changeAlarm as change } from '../../control/repos/alarms.ts';
import { inTransaction, type Trx } from '../../control/transaction.ts';
import type { Alarm } from '../../model/alarm.ts';
import type { Scope } from '../../model/scope.ts';
import type { Context } from '../context.ts';
import { requirePermission } from '../permission.ts';
import { idText, noAlarm, requireKept } from './read-alarm.ts';

/** What somebody does with an alarm, and how the audit trail tells it. */
export interface AlarmAction {
  readonly action: `alarm.${string}`;
  readonly marks: Partial<AlarmMarks>;
  readonly detail: Readonly<Record<string, unknown>>;
}

/**
 * Lets somebody do something with an alarm of the scope's organization. Where that makes no difference it is not written
 * down. Fails with `not_found`. Permission `alarms:write`.
 */
export async function editAlarm(
  context: Context,
  scope: Scope,
  id: string,
  act: (alarm: Alarm, trx: Trx) => Promise<AlarmAction>,
): Promise<Alarm> {
  requirePermission(scope, 'alarms:write');
  const { organization, actor } = scope;
  return inTransaction(context.control.db, async (trx) => {
    let done: AlarmAction | undefined;
    const edited = await change(trx, {
      id: idText(id),
      organizationId: organization.id,
      nowMs: context.now(),
      edit: async (alarm) => {
        done = await act(requireKept(context, alarm, id), trx);
        return done.marks;
      },
    });
    if (edited === undefined) throw noAlarm(id);
    const { before, after } = edited;
    if (done !== undefined && after !== before) await record(trx, { ...done, alarm: after, actor });
    return after;
  });
}

async function record(
  trx: Trx,
  { action, detail, alarm, actor }: Omit<AlarmAction, 'marks'> & { alarm: Alarm } & Pick<Scope, 'actor'>,
): Promise<void> {
  await appendAudit(trx, {
    actor,
    action,
    objectType: 'alarm',
    objectId: alarm.id,
    objectLabel: alarm.rule.title,
    organizationId: alarm.organizationId,
    result: 'success',
    detail,
  });
}
