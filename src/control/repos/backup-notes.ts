import type { JsonText } from '../tables.ts';
import type { Db } from '../transaction.ts';

/** The key in the table of settings that backups do not copy. */
export const BACKUP_NOTE_KEY = 'backup';

/** Notes how far the backup is that is being written; there is one at a time. Not a setting that people make. */
export async function putBackupNote(db: Db, note: unknown): Promise<void> {
  const value: JsonText = JSON.stringify(note);
  await db
    .insertInto('settings')
    .values({ key: BACKUP_NOTE_KEY, value })
    .onConflict((conflict) => conflict.column('key').doUpdateSet({ value }))
    .execute();
}

export async function readBackupNote(db: Db): Promise<unknown> {
  const row = await db.selectFrom('settings').select('value').where('key', '=', BACKUP_NOTE_KEY).executeTakeFirst();
  return row && JSON.parse(row.value);
}
