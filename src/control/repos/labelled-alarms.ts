import type { Alarm, AlarmLabel } from '../../model/alarm.ts';
import type { Actor } from '../../model/scope.ts';
import { appendAudits } from '../audit.ts';
import type { Trx } from '../transaction.ts';
import { type AlarmChange, alarmVersions, OPEN_END, toAlarm, writeMarks } from './alarm-versions.ts';
import { holds } from './find-alarms.ts';

const ALARMS_AT_ONCE = 1000;

/** Takes a label off every alarm, each with an entry in the audit trail; answers how many. */
export async function takeLabelOffAlarms(
  trx: Trx,
  label: AlarmLabel,
  { change, nowMs, actor }: AlarmChange & { readonly actor: Actor },
): Promise<number> {
  let count = 0;
  for (;;) {
    const labelled = await alarmsWith(trx, label.id);
    const alarms = labelled.map((alarm) => ({ ...alarm, labels: alarm.labels.filter((id) => id !== label.id) }));
    await writeMarks(trx, { change, nowMs }, alarms);
    await appendAudits(
      trx,
      alarms.map(({ id, organizationId }) => ({
        actor,
        action: 'alarm.detach_label',
        objectType: 'alarm',
        objectId: id,
        organizationId,
        result: 'success',
        detail: { label: label.name, labelId: label.id, reason: 'the label was deleted' },
      })),
    );
    count += alarms.length;
    if (alarms.length < ALARMS_AT_ONCE) return count;
  }
}

/** Of whatever organization: the tree may have changed since the label was attached. */
async function alarmsWith(trx: Trx, labelId: string): Promise<Alarm[]> {
  const rows = await alarmVersions(trx)
    .where('toChange', '=', OPEN_END)
    .where((eb) => holds(eb, 'labels', labelId))
    .limit(ALARMS_AT_ONCE)
    .execute();
  return rows.map(toAlarm);
}
