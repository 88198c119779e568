import { appendAudit } from '../../control/audit.ts';
import { putBackupNote } from '../../control/repos/backup-notes.ts';
import { inTransaction } from '../../control/transaction.ts';
import type { Context } from '../context.ts';
import type { Progress } from './progress.ts';
import type { BackupNote, BackupPayload } from './request-backup.ts';
import { summaryOf } from './summary.ts';
import { type BackupOrder, writeBackup } from './write-backup.ts';

export interface BackupRun extends Pick<BackupOrder, 'places' | 'tokenKey' | 'signal'> {
  readonly id: string;
}

/** Writes a backup that was asked for, tells meanwhile how far it is, and sets down in the trail what became of it. */
export async function runBackup(context: Context, { folder, actor }: BackupPayload, run: BackupRun): Promise<void> {
  const { db } = context.control;
  const { id, ...order } = run;
  const notes = startNotes((note) => putBackupNote(db, note), id);
  const set = (result: 'success' | 'failure', detail: Record<string, unknown>) =>
    inTransaction(db, (trx) =>
      appendAudit(trx, {
        actor,
        action: 'backup.write',
        objectType: 'backup',
        objectId: id,
        objectLabel: folder,
        organizationId: null,
        result,
        detail,
      }),
    );
  try {
    const manifest = await writeBackup(context, { ...order, folder, progress: notes.progress });
    const backup = summaryOf(manifest);
    await notes.end({ id, progress: { step: 'done', done: 1, total: 1 }, backup });
    await set('success', { id: manifest.id, horizon: manifest.horizon, bytes: backup.bytes });
  } catch (error) {
    await notes.end().catch(() => undefined);
    await set('failure', { reason: error instanceof Error ? error.message : String(error) });
    throw error;
  }
}

const NOTE_EVERY_MS = 1_000;

/** Notes are for people: one a second is enough, and one that is lost is no harm. */
function startNotes(put: (note: BackupNote) => Promise<void>, id: string) {
  let last = 0;
  let writing: Promise<void> = Promise.resolve();
  return {
    progress(progress: Progress) {
      if (Date.now() - last < NOTE_EVERY_MS) return;
      last = Date.now();
      writing = writing.then(() => put({ id, progress })).catch(() => undefined);
    },
    async end(note?: BackupNote) {
      await writing;
      if (note !== undefined) await put(note);
    },
  };
}
