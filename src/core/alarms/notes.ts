import { addAlarmNote, listAlarmNotes } from '../../control/repos/alarm-notes.ts';
import type { AlarmNote } from '../../model/alarm.ts';
import type { Scope } from '../../model/scope.ts';
import type { Context } from '../context.ts';
import { requirePermission } from '../permission.ts';
import { readAlarm } from './read-alarm.ts';

/** Fails with `bad_request`, or `not_found` for the alarm. Permission `alarms:write`. */
export async function addNote(
  context: Context,
  scope: Scope,
  alarmId: string,
  { text }: { readonly text: string },
): Promise<AlarmNote> {
  requirePermission(scope, 'alarms:write');
  const alarm = await readAlarm(context, scope, alarmId);
  return addAlarmNote(context.control.db, { alarm, text, nowMs: context.now(), actor: scope.actor });
}

/** What people noted about an alarm, oldest first. Fails with `not_found`. Permission `alarms:read`. */
export async function listNotes(context: Context, scope: Scope, alarmId: string): Promise<AlarmNote[]> {
  const { id } = await readAlarm(context, scope, alarmId);
  return listAlarmNotes(context.control.db, id);
}
