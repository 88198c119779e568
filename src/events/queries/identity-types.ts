import type { EventStore } from '../client.ts';
import { FACETS } from '../facets.ts';
import { type Condition, Conditions } from './condition.ts';
import { organizationsSql } from './organizations-condition.ts';
import { type TrafficQuestion, trafficSource } from './traffic-source.ts';

/** So many identities of a type has an organization. */
export interface IdentityCount {
  readonly organizationId: number;
  readonly type: string;
  readonly identities: number;
}

/** How many different identities of each type made requests. Types without any are absent. */
export async function readActiveIdentities(store: EventStore, question: TrafficQuestion): Promise<IdentityCount[]> {
  const source = trafficSource(question, ['identity']);
  const known = knownIdentities(question.organizationIds);
  return store.query<IdentityCount>(
    `SELECT organization AS organizationId, type, count() AS identities FROM (${known.sql})
    WHERE (organization, key) IN (SELECT s.org, s.key FROM ${source.sql} AS s) GROUP BY organization, type`,
    { ...source.parameters, ...known.parameters },
  );
}

/** How many identities of each type were ever seen. */
export async function readKnownIdentities(
  store: EventStore,
  organizationIds: readonly number[],
): Promise<IdentityCount[]> {
  const known = knownIdentities(organizationIds);
  return store.query<IdentityCount>(
    `SELECT organization AS organizationId, type, count() AS identities FROM (${known.sql}) GROUP BY organization, type`,
    known.parameters,
  );
}

function knownIdentities(organizationIds: readonly number[]): Condition {
  const conditions = new Conditions('k');
  const sql = `SELECT labels.org AS organization, labels.key AS key, anyLast(labels.type) AS type FROM labels
    WHERE ${organizationsSql(conditions, organizationIds)} AND facet = ${conditions.bind('UInt8', FACETS.identity)}
    GROUP BY organization, key`;
  return { sql, parameters: conditions.build().parameters };
}
