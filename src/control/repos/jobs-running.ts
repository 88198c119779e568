import type { Db } from '../transaction.ts';

/** Whether a job of this kind runs, in whatever process. */
export async function isJobRunning(db: Db, kind: string): Promise<boolean> {
  const running = db.selectFrom('jobs').select('id').where('kind', '=', kind).where('state', '=', 'running').limit(1);
  return (await running.executeTakeFirst()) !== undefined;
}
