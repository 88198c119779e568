import type { Alarm } from '../../model/alarm.ts';
import type { Scope } from '../../model/scope.ts';
import type { Context } from '../context.ts';
import { editAlarm } from './edit-alarm.ts';

export interface AlarmMarksChange {
  readonly status?: Alarm['status'] | undefined;
  readonly suppressed?: boolean | undefined;
}

/** Changes what people have decided about an alarm. Fails with `not_found`. Permission `alarms:write`. */
export function changeAlarm(context: Context, scope: Scope, id: string, change: AlarmMarksChange): Promise<Alarm> {
  return editAlarm(context, scope, id, async (before) => {
    const { status = before.status, suppressed = before.suppressed } = change;
    return {
      action: 'alarm.change',
      marks: { status, suppressed },
      detail: {
        ...(status !== before.status && { status: { from: before.status, to: status } }),
        ...(suppressed !== before.suppressed && { suppressed: { from: before.suppressed, to: suppressed } }),
      },
    };
  });
}
