import type { EventStore } from '../client.ts';
import { FACETS } from '../facets.ts';
import { type TrafficQuestion, trafficSource } from './traffic-source.ts';

/** How many different identities of each type made requests. */
export async function readActiveIdentities(store: EventStore, question: TrafficQuestion): Promise<Map<string, number>> {
  const source = trafficSource(question, ['identity']);
  const rows = await store.query<{ type: string; identities: number }>(
    `SELECT type, count() AS identities FROM (${IDENTITY_TYPES_SQL})
    WHERE key IN (SELECT s.key FROM ${source.sql} AS s) GROUP BY type`,
    { ...source.parameters, org: question.organizationId, facet: FACETS.identity },
  );
  return new Map(rows.map(({ type, identities }) => [type, identities]));
}

/** How many identities of each type were ever seen. */
export async function readKnownIdentities(store: EventStore, organizationId: number): Promise<Map<string, number>> {
  const rows = await store.query<{ type: string; identities: number }>(
    `SELECT type, count() AS identities FROM (${IDENTITY_TYPES_SQL}) GROUP BY type`,
    { org: organizationId, facet: FACETS.identity },
  );
  return new Map(rows.map(({ type, identities }) => [type, identities]));
}

const IDENTITY_TYPES_SQL = `SELECT labels.key AS key, anyLast(labels.type) AS type FROM labels
  WHERE org = {org:UInt32} AND facet = {facet:UInt8} GROUP BY key`;
