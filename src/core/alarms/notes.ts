import { addAlarmNote, listAlarmNotes, noteAuthors } from '../../control/repos/alarm-notes.ts';
import type { AlarmNote } from '../../model/alarm.ts';
import type { Scope } from '../../model/scope.ts';
import { actorNames } from '../audit/named-within.ts';
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

/**
 * What people noted about an alarm, oldest first. Fails with `not_found`. Permission `alarms:read`.
 *
 * @param readerId organization that the reader belongs to, which may be above the scope's; authors outside it are shown by the
 *   name of their organization. Null for the operator
 */
export async function listNotes(
  context: Context,
  scope: Scope,
  alarmId: string,
  readerId: number | null = scope.organization.id,
): Promise<AlarmNote[]> {
  const { db } = context.control;
  const alarm = await readAlarm(context, scope, alarmId);
  const authors = await noteAuthors(db, alarm);
  const nameOf = await actorNames(context, [...authors.values()], readerId);
  return (await listAlarmNotes(db, alarm.id)).map((note) => {
    const author = authors.get(note.id);
    return author === undefined ? note : { ...note, author: nameOf(author) };
  });
}
