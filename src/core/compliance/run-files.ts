import { mkdir, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { runFiles } from '../../control/repos/compliance-runs.ts';
import { HOUR_MS } from '../../kit/durations.ts';
import { removeEach, removeOlder } from '../../kit/remove-older.ts';
import type { ComplianceRun } from '../../model/compliance.ts';
import type { Context } from '../context.ts';
import type { ReportShelf } from '../reports/report-work.ts';

type Folder = Pick<ReportShelf, 'folder'>;

/** Removes files that nobody can ask for any more. */
export async function removeRunFiles({ folder }: Folder, runs: readonly ComplianceRun[]): Promise<void> {
  const files = runs.flatMap(({ file }) => file ?? []);
  await removeEach(files, ({ name }) => rm(join(folder, name), { force: true }));
}

/** A file that is younger may be one that its job is about to record. */
const LEFT_BEHIND_MS = HOUR_MS;

/**
 * Removes files of runs that expired, and what a process left that ended before its run did.
 *
 * @throws FilesLeft where some cannot be removed; all others are
 */
export async function sweepRunFiles(context: Context, { folder }: Folder): Promise<void> {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const wanted = await runFiles(context.control.db, new Date(context.now()).toISOString());
  const others = (await readdir(folder)).filter((name) => !wanted.has(name));
  await removeOlder(folder, others, Date.now() - LEFT_BEHIND_MS);
}
