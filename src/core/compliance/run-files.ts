import { mkdir, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { runFiles } from '../../control/repos/compliance-runs.ts';
import { HOUR_MS } from '../../kit/durations.ts';
import { removeIfOlder } from '../../kit/remove-older.ts';
import type { ComplianceRun } from '../../model/compliance.ts';
import type { Context } from '../context.ts';
import type { ReportShelf } from '../reports/report-work.ts';

type Folder = Pick<ReportShelf, 'folder'>;

/** Removes files that nobody can ask for any more. */
export async function removeRunFiles({ folder }: Folder, runs: readonly ComplianceRun[]): Promise<void> {
  for (const { file } of runs) if (file !== null) await rm(join(folder, file.name), { force: true });
}

/** A file that is younger may be one that its job is about to record. */
const LEFT_BEHIND_MS = HOUR_MS;

/** Removes files of runs that expired, and what a process left that ended before its run did. */
export async function sweepRunFiles(context: Context, { folder }: Folder): Promise<void> {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const wanted = await runFiles(context.control.db, new Date(context.now()).toISOString());
  for (const name of await readdir(folder)) {
    if (!wanted.has(name)) await removeIfOlder(join(folder, name), Date.now() - LEFT_BEHIND_MS);
  }
}
