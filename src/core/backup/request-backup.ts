import { z } from 'zod';
import { appendAudit } from '../../control/audit.ts';
import { readBackupNote } from '../../control/repos/backup-notes.ts';
import { enqueue, jobById } from '../../control/repos/jobs.ts';
import type { JobState } from '../../control/tables.ts';
import { inTransaction } from '../../control/transaction.ts';
import { AppError } from '../../model/errors.ts';
import type { Caller } from '../caller.ts';
import type { Context } from '../context.ts';
import { requireOperator } from '../operator.ts';
import { requireFolderName } from './backup-folder.ts';
import { BACKUP_JOB, type Progress } from './progress.ts';
import type { BackupSummary } from './summary.ts';

/** A backup that was asked for. */
export interface RequestedBackup {
  readonly id: string;
  /** On the disk of the process that writes it. */
  readonly folder: string;
  readonly state: JobState;
  /** Why it failed. */
  readonly error: string | null;
  /** Null before it begins. */
  readonly progress: Progress | null;
  /** Null until it is done. */
  readonly backup: BackupSummary | null;
}

/**
 * Has a backup written into a folder of the server's disk; a job does it at once. For the operator. Fails with `bad_request` for
 * a folder that cannot be named, `conflict` while another is being written.
 */
export async function requestBackup(context: Context, caller: Caller, folder: string): Promise<RequestedBackup> {
  requireOperator(caller);
  requireFolderName(folder);
  const payload: BackupPayload = { folder, actor: caller.actor };
  const { id } = await inTransaction(context.control.db, async (trx) => {
    const queued = await enqueue(trx, { kind: BACKUP_JOB, key: BACKUP_JOB, payload });
    if (!queued.isNew) {
      throw new AppError('conflict', { public: 'a backup is being written already; wait until it has ended' });
    }
    await appendAudit(trx, {
      actor: caller.actor,
      action: 'backup.request',
      objectType: 'backup',
      objectId: queued.id,
      objectLabel: folder,
      organizationId: null,
      result: 'success',
    });
    return queued;
  });
  return { id, folder, state: 'queued', error: null, progress: null, backup: null };
}

/** How far a backup is. For the operator. Fails with `not_found`, also some days after it ended. */
export async function readBackup(context: Context, caller: Caller, id: string): Promise<RequestedBackup> {
  requireOperator(caller);
  const { db } = context.control;
  const job = await jobById(db, id);
  if (job?.kind !== BACKUP_JOB) throw new AppError('not_found', { public: `there is no backup ${id}` });
  const { folder } = backupPayload.parse(JSON.parse(job.payload));
  const note = backupNote.safeParse(await readBackupNote(db)).data;
  const own = note?.id === id ? note : undefined;
  return {
    id,
    folder,
    state: job.state,
    error: job.state === 'failed' ? job.lastError : null,
    progress: own?.progress ?? null,
    backup: (own?.backup as BackupSummary | undefined) ?? null,
  };
}

/** What the job is given. */
export const backupPayload = z.object({
  folder: z.string(),
  actor: z.object({
    type: z.enum(['user', 'client', 'operator', 'system']),
    id: z.string(),
    label: z.string(),
    from: z.string(),
    via: z.string(),
  }),
});

export type BackupPayload = z.output<typeof backupPayload>;

/** What the job notes as it goes on. */
const backupNote = z.object({
  id: z.string(),
  progress: z.object({ step: z.string(), done: z.number(), total: z.number() }),
  backup: z.looseObject({}).optional(),
});

export interface BackupNote {
  readonly id: string;
  readonly progress: Progress;
  readonly backup?: BackupSummary;
}
