import type { EventStore } from '../client.ts';

/** Migrations that this store has, in order; `appliedAt` is an ISO 8601 instant, to the second. */
export async function appliedToEvents(store: EventStore): Promise<{ name: string; appliedAt: string }[]> {
  const rows = await store.query<{ name: string; at: number }>(
    'SELECT name, toUnixTimestamp(applied_at) AS at FROM schema_migrations ORDER BY name',
  );
  return rows.map(({ name, at }) => ({ name, appliedAt: new Date(at * 1000).toISOString() }));
}
