import type { RequestCounts } from '../../model/traffic.ts';
import type { EventStore } from '../client.ts';
import type { Facet } from '../facets.ts';
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

/** Requests of each organization under each key of a facet where it has any, in no order. */
export async function readKeyCountsByOrganization(
  store: EventStore,
  question: TrafficQuestion,
  facet: Facet,
): Promise<(OrganizationCounts & { readonly key: string })[]> {
  const source = trafficSource(question, [facet]);
  return store.query(
    `SELECT s.org AS organizationId, toString(s.key) AS key, ${REQUEST_COUNTS_SQL} FROM ${source.sql} AS s
    GROUP BY s.org, s.key`,
    source.parameters,
  );
}
