import { backupPayload, type FilePlaces, runBackup } from '../../core/backup/index.ts';
import type { Context } from '../../core/context.ts';
import type { JobKind } from '../job-kind.ts';

export interface BackupNeeds {
  readonly places: FilePlaces;
  /** The key that signs tokens. */
  readonly tokenKey: Uint8Array;
}

/** Writes a backup that somebody waits for. Once: what a process left that ended in the middle is no empty folder. */
export function writeBackupTask(context: Context, needs: BackupNeeds): JobKind {
  return {
    maxAttempts: 1,
    leaseMs: 60_000,
    run: (payload, { jobId, signal }) =>
      runBackup(context, backupPayload.parse(payload), { ...needs, id: jobId, signal }),
  };
}
