import { DAY_MS } from '../kit/durations.ts';
import type { EventStore } from './client.ts';
import { runSchemaStatement } from './cluster.ts';

/**
 * Deletes events, their counts, backup jobs and rejects from before an instant, cut to the day so that events and rollups end at the
 * same place. Labels stay: identities that were ever seen keep their names.
 *
 * @param signal where it is aborted, no further deletion is begun, and this fails with its reason; the next time goes on
 */
export async function deleteEventsBefore(store: EventStore, beforeMs: number, signal?: AbortSignal): Promise<void> {
  const before = Math.floor(beforeMs / DAY_MS) * DAY_MS;
  const instant = "fromUnixTimestamp64Milli({before:Int64}, 'UTC')";
  const [found] = await store.query<{ found: number }>(
    `SELECT count() > 0 AS found FROM (SELECT 1 FROM events WHERE time < ${instant} LIMIT 1)`,
    { before },
    { priority: 'bulk' },
  );
  if (!found?.found) return;
  const doomed: readonly (readonly [table: string, rows: string])[] = [
    ['facets_daily', `day < ${instant}`],
    ['facets_hourly', `hour < ${instant}`],
    // A job is told of by several records: it goes when nothing younger than the instant tells of it.
    [
      'backup_jobs',
      `(org, id) IN (SELECT org, id FROM backup_jobs GROUP BY org, id HAVING max(state.at) < ${instant})`,
    ],
    ['rejects', `at < ${instant}`],
    // Last: they tell the next time that not all of this is done.
    ['events', `time < ${instant}`],
  ];
  for (const [table, rows] of doomed) {
    signal?.throwIfAborted();
    await runSchemaStatement(store, `ALTER TABLE ${table} DELETE WHERE ${rows} SETTINGS mutations_sync = 1`, {
      before,
    });
  }
}
