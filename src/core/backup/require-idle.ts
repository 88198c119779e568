import type { Control } from '../../control/database.ts';
import { listProcesses } from '../../control/repos/processes.ts';
import { AppError } from '../../model/errors.ts';

const SEEN_LATELY_MS = 60_000;

/**
 * Processes of other data directories may share a database with this one; those of this directory are kept out by its lock.
 *
 * @throws AppError `conflict` while one works with it
 */
export async function requireIdle({ db, shared }: Control): Promise<void> {
  if (!shared) return;
  const lately = new Date(Date.now() - SEEN_LATELY_MS).toISOString();
  const [working] = (await listProcesses(db)).filter(({ seenAt }) => seenAt > lately);
  if (working === undefined) return;
  const sentence = `process ${working.pid} on ${working.host} works with this database; stop it first (one that was killed counts for a minute)`;
  throw new AppError('conflict', { public: sentence });
}
