import { mkdir, readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { expiredReports, forgetFile, readyFiles } from '../../control/repos/reports.ts';
import { DAY_MS } from '../../kit/durations.ts';
import { PART_SUFFIX } from '../../kit/whole-file.ts';
import type { Context } from '../context.ts';
import type { ReportShelf } from './report-work.ts';

/** Makes the folder of reports, and removes from it what a process left there that ended before its reports did. */
export async function openShelf(context: Context, { folder }: ReportShelf): Promise<void> {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  await removeOthers(context, folder, await readdir(folder));
}

/** Removes the files of reports whose time is over. */
export async function expireReports(context: Context, { folder }: ReportShelf): Promise<void> {
  const { db } = context.control;
  for (const { id, file } of await expiredReports(db, new Date(context.now()).toISOString())) {
    await rm(join(folder, file), { force: true });
    await forgetFile(db, id);
  }
}

async function removeOthers(context: Context, folder: string, names: readonly string[]): Promise<void> {
  const ready = await readyFiles(context.control.db);
  const others = names.filter((name) => name.endsWith(PART_SUFFIX) || !ready.has(name));
  for (const name of others) {
    const path = join(folder, name);
    if (!context.control.shared || (await isOld(path))) await rm(path, { force: true });
  }
}

/** What is younger may be a file that another process is writing, or about to record. */
async function isOld(path: string): Promise<boolean> {
  const { mtimeMs } = await stat(path);
  return mtimeMs < Date.now() - DAY_MS;
}
