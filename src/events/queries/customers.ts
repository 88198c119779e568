import type { RequestCounts } from '../../model/traffic.ts';
import type { EventStore } from '../client.ts';
import { REQUEST_COUNTS_SQL } from './measures.ts';
import { type TrafficQuestion, trafficSource } from './traffic-source.ts';

/** Requests of one organization. */
export interface OrganizationCounts extends RequestCounts {
  readonly organizationId: number;
}

/** Requests of each organization that has any, in no order. */
export async function readCountsByOrganization(
  store: EventStore,
  question: TrafficQuestion,
): Promise<OrganizationCounts[]> {
  const source = trafficSource(question, ['all']);
  return store.query<OrganizationCounts>(
    `SELECT s.org AS organizationId, ${REQUEST_COUNTS_SQL} FROM ${source.sql} AS s GROUP BY s.org`,
    source.parameters,
  );
}
