import { createHash, randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { isJobRunning } from '../../control/repos/jobs-running.ts';
import { appliedEventMigrations } from '../../events/unfinished-restore.ts';
import { isDiskFull } from '../../ingest/disk-full.ts';
import { deriveKey } from '../../kit/sealing.ts';
import { VERSION } from '../../kit/version.ts';
import { AppError } from '../../model/errors.ts';
import type { Context } from '../context.ts';
import { clearBackupFolder, makeBackupFolder, requireFolderName } from './backup-folder.ts';
import { collectFiles, type FilePlaces } from './copy-files.ts';
import { dumpControl } from './dump-control.ts';
import { dumpEvents } from './dump-events.ts';
import { FORM, type Manifest, writeManifest } from './manifest.ts';
import type { OnProgress } from './progress.ts';

export interface BackupOrder {
  /** Absolute path of a folder that is empty or not there. */
  readonly folder: string;
  readonly places: FilePlaces;
  /** The key that signs tokens. */
  readonly tokenKey: Uint8Array;
  readonly progress: OnProgress;
  readonly signal?: AbortSignal;
}

/**
 * Writes a backup while the server goes on: the control plane as it is at one moment, and the events of all batches that were
 * closed then. The manifest is written last; where anything fails, nothing is left.
 *
 * @throws AppError `bad_request` and `conflict` for a folder that cannot be used, `unavailable` as the stores and the disk do
 */
export async function writeBackup(context: Context, order: BackupOrder): Promise<Manifest> {
  const { folder } = order;
  requireFolderName(folder);
  await makeBackupFolder(folder);
  try {
    const manifest = await fill(context, order);
    order.signal?.throwIfAborted();
    await writeManifest(folder, manifest);
    return manifest;
  } catch (error) {
    await clearBackupFolder(folder);
    if (!isDiskFull(error)) throw error;
    throw new AppError('unavailable', { public: `the disk is full: no backup was written to ${folder}`, cause: error });
  }
}

async function fill(context: Context, order: BackupOrder): Promise<Manifest> {
  const { folder, places, tokenKey, progress, signal } = order;
  await untilNothingIsDeleted(context, signal);
  const {
    named,
    open: _,
    migrations,
    ...control
  } = await dumpControl(context, folder, {
    settle: true,
    progress: () => progress({ step: 'control data', done: 0, total: 1 }),
  });
  const collected = await collectFiles(folder, places, named);
  const bounds = { horizon: control.horizon, except: [] };
  const events = await dumpEvents(context.events, folder, { bounds, progress, ...(signal && { signal }) });
  return {
    form: FORM,
    id: randomUUID(),
    version: VERSION,
    ...control,
    migrations: { control: migrations, events: await appliedEventMigrations(context.events) },
    events: [...events.tables],
    tokenKeyPrint: printOfKey(tokenKey),
    files: [...control.files, ...collected.files, ...events.files],
    missing: collected.missing,
  };
}

/** Tells one key from another, and nothing about either. */
export function printOfKey(tokenKey: Uint8Array): string {
  return createHash('sha256').update(deriveKey(tokenKey, 'belfry key print')).digest('hex').slice(0, 16);
}

/** Retention does not begin while a backup is written; what has begun is waited for. See `applyRetention`. */
async function untilNothingIsDeleted({ control }: Context, signal: AbortSignal | undefined): Promise<void> {
  while (await isJobRunning(control.db, 'apply-retention'))
    await sleep(200, undefined, signal === undefined ? {} : { signal });
}
