import { mkdir, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { expiredReports, forgetFile, readyFiles } from '../../control/repos/reports.ts';
import { attemptEach } from '../../kit/attempt-each.ts';
import { DAY_MS } from '../../kit/durations.ts';
import { removeEach, removeOlder } from '../../kit/remove-older.ts';
import { PART_SUFFIX } from '../../kit/whole-file.ts';
import type { Context } from '../context.ts';
import type { ReportShelf } from './report-work.ts';

/**
 * Makes the folder of reports, and removes from it what a process left there that ended before its reports did.
 *
 * @throws FilesLeft where some of it cannot be removed; everything else is
 */
export async function openShelf(context: Context, { folder }: ReportShelf): Promise<void> {
  await removeOthers(context, folder, context.control.shared ? longAgoMs() : Number.POSITIVE_INFINITY);
}

/** Removes the files of reports whose time is over, and those that were left behind long ago. */
export async function expireReports(context: Context, { folder }: ReportShelf): Promise<void> {
  await attemptEach([removeExpired, removeLeftovers], (remove) => remove(context, folder));
}

async function removeExpired(context: Context, folder: string): Promise<void> {
  const { db } = context.control;
  const expired = await expiredReports(db, new Date(context.now()).toISOString());
  await removeEach(expired, async ({ id, file }) => {
    await rm(join(folder, file), { force: true });
    await forgetFile(db, id);
  });
}

function removeLeftovers(context: Context, folder: string): Promise<void> {
  return removeOthers(context, folder, longAgoMs());
}

/** A file that is younger may be one that somebody is writing, or about to record. */
function longAgoMs(): number {
  return Date.now() - DAY_MS;
}

async function removeOthers(context: Context, folder: string, olderThanMs: number): Promise<void> {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const names = await readdir(folder);
  const ready = await readyFiles(context.control.db);
  const others = names.filter((name) => name.endsWith(PART_SUFFIX) || !ready.has(name));
  await removeOlder(folder, others, olderThanMs);
}
