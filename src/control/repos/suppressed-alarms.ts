import type { Alarm, SuppressionRule } from '../../model/alarm.ts';
import type { Actor } from '../../model/scope.ts';
import { isSuppressed } from '../../model/suppression.ts';
import { appendAudits } from '../audit.ts';
import type { Trx } from '../transaction.ts';
import { type AlarmChange, alarmVersions, OPEN_END, toAlarm, writeMarks } from './alarm-versions.ts';

export interface Suppression extends AlarmChange {
  readonly rule: SuppressionRule;
  readonly organizationIds: readonly number[];
  readonly receivedSinceMs: number;
  /** Alarms in all, the latest ones. */
  readonly most: number;
  readonly actor: Actor;
}

const READ_AT_ONCE = 1000;

/** Hides what a rule matches and is not hidden yet, without closing it; answers how many alarms that were. */
export async function suppressRecentAlarms(trx: Trx, suppression: Suppression): Promise<number> {
  const { rule, most, actor } = suppression;
  let count = 0;
  let after: Alarm | undefined;
  for (;;) {
    const recent = await visibleAlarms(trx, suppression, after);
    const alarms = recent.filter((alarm) => isSuppressed(alarm, rule.match)).slice(0, most - count);
    await writeMarks(
      trx,
      suppression,
      alarms.map((alarm) => ({ ...alarm, suppressed: true })),
    );
    await appendAudits(
      trx,
      alarms.map(({ id, organizationId }) => ({
        actor,
        action: 'alarm.suppress',
        objectType: 'alarm',
        objectId: id,
        organizationId,
        result: 'success',
        detail: { suppressionRule: rule.name, suppressionRuleId: rule.id },
      })),
    );
    count += alarms.length;
    after = recent.at(-1);
    if (recent.length < READ_AT_ONCE || count === most) return count;
  }
}

/** The latest after a given one. */
async function visibleAlarms(
  trx: Trx,
  { organizationIds, receivedSinceMs }: Suppression,
  after: Alarm | undefined,
): Promise<Alarm[]> {
  const rows = await alarmVersions(trx)
    .where('organizationId', 'in', organizationIds)
    .where('toChange', '=', OPEN_END)
    .where('suppressed', '=', 0)
    .where('receivedMs', '>=', receivedSinceMs)
    .$if(after !== undefined, (query) =>
      query.where((eb) =>
        eb.or([
          eb('receivedMs', '<', after?.receivedMs ?? 0),
          eb.and([eb('receivedMs', '=', after?.receivedMs ?? 0), eb('id', '>', after?.id ?? '')]),
        ]),
      ),
    )
    .orderBy('receivedMs', 'desc')
    .orderBy('id')
    .limit(READ_AT_ONCE)
    .execute();
  return rows.map(toAlarm);
}
