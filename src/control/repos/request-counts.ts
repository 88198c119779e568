import { sql } from 'kysely';
import type { Db } from '../transaction.ts';

/** How many requests of one key there were in the window that is going on. */
export interface RequestCount {
  /** The one just counted included. */
  readonly used: number;
  /** Milliseconds until the count begins anew. */
  readonly endsInMs: number;
}

/**
 * Makes room for counts that processes share. They are no part of the schema: PostgreSQL keeps them without writing them
 * ahead, and empties them after a crash. An embedded database has one process, which counts in its memory.
 */
export async function prepareRequestCounts(db: Db): Promise<void> {
  await sql`create unlogged table if not exists request_counts (
    key text not null primary key,
    used integer not null,
    ends_at_ms bigint not null
  )`.execute(db);
}

/** Counts a request in the window that began with the first one. The time is the database's, the same for all processes. */
export async function countRequest(db: Db, key: string, windowMs: number): Promise<RequestCount> {
  const { rows } = await sql<RequestCount>`
    with moment as (select (extract(epoch from clock_timestamp()) * 1000)::bigint as now_ms)
    insert into request_counts as counts (key, used, ends_at_ms)
      select ${key}, 1, now_ms + ${windowMs}::bigint from moment
    on conflict (key) do update set
      used = case when counts.ends_at_ms <= excluded.ends_at_ms - ${windowMs}::bigint then 1 else counts.used + 1 end,
      ends_at_ms = case when counts.ends_at_ms <= excluded.ends_at_ms - ${windowMs}::bigint
        then excluded.ends_at_ms else counts.ends_at_ms end
    returning used, ends_at_ms - (select now_ms from moment) as ends_in_ms`.execute(db);
  const [count] = rows;
  if (count === undefined) throw new Error('the database counted no request');
  return count;
}

/** Forgets windows that ended. */
export async function forgetEndedCounts(db: Db): Promise<void> {
  await sql`delete from request_counts where ends_at_ms < extract(epoch from clock_timestamp()) * 1000`.execute(db);
}
