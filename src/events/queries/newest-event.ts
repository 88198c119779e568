import type { EventStore } from '../client.ts';

/** When an organization's newest event happened, in milliseconds since 1970; undefined while it has none. */
export async function newestEventTime(store: EventStore, organizationId: number): Promise<number | undefined> {
  const [row] = await store.query<{ ms: number }>(
    'SELECT toUnixTimestamp64Milli(time) AS ms FROM events WHERE org = {org:UInt32} ORDER BY org DESC, time DESC LIMIT 1',
    { org: organizationId },
  );
  return row?.ms;
}
