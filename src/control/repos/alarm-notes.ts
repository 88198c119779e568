import { randomUUID } from 'node:crypto';
import type { Alarm, AlarmNote } from '../../model/alarm.ts';
import type { Actor } from '../../model/scope.ts';
import { appendAudit } from '../audit.ts';
import { longText } from '../text-rules.ts';
import { type Db, inTransaction } from '../transaction.ts';

export interface NewAlarmNote {
  readonly alarm: Pick<Alarm, 'id' | 'organizationId'>;
  readonly text: string;
  readonly nowMs: number;
  readonly actor: Actor;
}

type NoteAuthor = Pick<Actor, 'type' | 'id' | 'label'>;

/** Fails with `bad_request`. */
export async function addAlarmNote(db: Db, { alarm, text: given, nowMs, actor }: NewAlarmNote): Promise<AlarmNote> {
  const text = longText('text', given);
  const createdAt = new Date(nowMs).toISOString();
  const note: AlarmNote = { id: randomUUID(), alarmId: alarm.id, text, author: actor.label, createdAt };
  const { organizationId } = alarm;
  return inTransaction(db, async (trx) => {
    await trx
      .insertInto('alarmNotes')
      .values({ ...note, organizationId })
      .execute();
    await appendAudit(trx, {
      actor,
      action: 'alarm.add_note',
      objectType: 'alarm',
      objectId: alarm.id,
      organizationId,
      result: 'success',
      detail: { noteId: note.id },
    });
    return note;
  });
}

/** Oldest first. */
export function listAlarmNotes(db: Db, alarmId: string): Promise<AlarmNote[]> {
  return db
    .selectFrom('alarmNotes')
    .select(['id', 'alarmId', 'text', 'author', 'createdAt'])
    .where('alarmId', '=', alarmId)
    .orderBy('createdAt')
    .orderBy('id')
    .execute();
}

/** Who wrote the notes of an alarm, by the id of the note; as the audit trail has it. */
export async function noteAuthors(
  db: Db,
  { id, organizationId }: NewAlarmNote['alarm'],
): Promise<Map<string, NoteAuthor>> {
  const rows = await db
    .selectFrom('auditEntries')
    .select(['actorType', 'actorId', 'actorLabel', 'detail'])
    .where('objectType', '=', 'alarm')
    .where('objectId', '=', id)
    .where('organizationId', '=', organizationId)
    .where('action', '=', 'alarm.add_note')
    .execute();
  return new Map(
    rows.map(({ actorType, actorId, actorLabel, detail }) => [
      String(JSON.parse(detail ?? '{}').noteId),
      { type: actorType as Actor['type'], id: actorId, label: actorLabel },
    ]),
  );
}
