import type { EventStore } from '../client.ts';
import { type TrafficQuestion, trafficSource } from './traffic-source.ts';

/** How many events there are. */
export async function readRequestCount(store: EventStore, question: TrafficQuestion): Promise<number> {
  const source = trafficSource(question, ['all']);
  const [row] = await store.query<{ requests: number }>(
    `SELECT sum(hits) AS requests FROM ${source.sql}`,
    source.parameters,
  );
  return row?.requests ?? 0;
}
