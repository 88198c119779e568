import { labelById } from '../../control/repos/labels.ts';
import { isWithin } from '../../control/repos/organizations.ts';
import type { Trx } from '../../control/transaction.ts';
import type { Alarm, AlarmLabel } from '../../model/alarm.ts';
import { AppError } from '../../model/errors.ts';
import type { Scope } from '../../model/scope.ts';
import type { Context } from '../context.ts';
import { editAlarm } from './edit-alarm.ts';
import { idText } from './read-alarm.ts';

/**
 * Puts a label of the scope's organization, or of one above it, on an alarm. Once more changes nothing. Fails with
 * `not_found` for the alarm or the label. Permission `alarms:write`.
 */
export function attachLabel(context: Context, scope: Scope, alarmId: string, labelId: string): Promise<Alarm> {
  return editAlarm(context, scope, alarmId, async (alarm, trx) => {
    const label = await requireLabel(trx, scope, labelId);
    const isOn = alarm.labels.includes(label.id);
    const labels = isOn ? alarm.labels : [...alarm.labels, label.id];
    return { action: 'alarm.attach_label', marks: { labels }, detail: { label: label.name, labelId: label.id } };
  });
}

/** Takes a label off an alarm; that it was not on it changes nothing. Otherwise as above. */
export function detachLabel(context: Context, scope: Scope, alarmId: string, labelId: string): Promise<Alarm> {
  return editAlarm(context, scope, alarmId, async (alarm, trx) => {
    const label = await requireLabel(trx, scope, labelId);
    const labels = alarm.labels.filter((id) => id !== label.id);
    return { action: 'alarm.detach_label', marks: { labels }, detail: { label: label.name, labelId: label.id } };
  });
}

async function requireLabel(trx: Trx, { organization }: Scope, id: string): Promise<AlarmLabel> {
  const label = await labelById(trx, idText(id));
  const applies = label && (await isWithin(trx, { organizationId: organization.id, rootId: label.organizationId }));
  if (label !== undefined && applies) return label;
  throw new AppError('not_found', {
    public: `there is no label ${id.slice(0, 64)}`,
    faults: [{ where: 'label', value: id.slice(0, 200), message: 'no label has this id' }],
  });
}
