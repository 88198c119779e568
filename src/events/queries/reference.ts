import type { Application, Identity } from '../../model/traffic.ts';
import type { EventStore } from '../client.ts';
import { FACETS } from '../facets.ts';
import { type Condition, Conditions } from './condition.ts';
import { organizationsSql } from './organizations-condition.ts';

export interface IdentitySearch {
  readonly limit: number;
  readonly offset: number;
  /** Part of the label, in any case. */
  readonly search?: string;
  /** Type names. */
  readonly types?: readonly string[];
}

/** Identities an organization ever had, by label. */
export async function readIdentities(
  store: EventStore,
  organizationId: number,
  { limit, offset, search, types }: IdentitySearch,
): Promise<Identity[]> {
  const conditions = new Conditions('i');
  if (search !== undefined)
    conditions.add(`positionCaseInsensitiveUTF8(label, ${conditions.bind('String', search)}) > 0`);
  if (types !== undefined) conditions.add(`type IN ${conditions.bind('Array(String)', types)}`);
  const { sql, parameters } = conditions.build();
  const known = labelsOf([organizationId], 'identity');
  return store.query<Identity>(
    `SELECT key AS id, label, type FROM (${known.sql}) WHERE ${sql}
    ORDER BY label, key LIMIT {limit:UInt64} OFFSET {offset:UInt64}`,
    { ...known.parameters, ...parameters, limit, offset },
  );
}

/** Those of the identities that exist, by label. */
export async function readIdentitiesByIds(
  store: EventStore,
  organizationId: number,
  ids: readonly number[],
): Promise<Identity[]> {
  const known = labelsOf([organizationId], 'identity');
  return store.query<Identity>(
    `SELECT key AS id, label, type FROM (${known.sql}) WHERE key IN {ids:Array(UInt64)} ORDER BY label, key`,
    { ...known.parameters, ids },
  );
}

/** Applications that an organization's traffic named, by label. */
export async function readApplications(
  store: EventStore,
  organizationId: number,
  search?: string,
): Promise<Application[]> {
  const found: Condition =
    search === undefined
      ? { sql: '1', parameters: {} }
      : { sql: 'positionCaseInsensitiveUTF8(label, {search:String}) > 0', parameters: { search } };
  const known = labelsOf([organizationId], 'application');
  return store.query<Application>(
    `SELECT key AS id, label, type AS category FROM (${known.sql}) WHERE ${found.sql} ORDER BY label, key`,
    { ...known.parameters, ...found.parameters },
  );
}

/** Categories of the organizations' traffic that are not in the table of categories, by id. */
export async function readUnlistedCategories(
  store: EventStore,
  organizationIds: readonly number[],
): Promise<{ id: number; label: string }[]> {
  if (organizationIds.length === 0) return [];
  const known = labelsOf(organizationIds, 'category');
  return store.query(`SELECT key AS id, label FROM (${known.sql}) ORDER BY key`, known.parameters);
}

/** Threats an organization met, by label and type. */
export async function readThreats(
  store: EventStore,
  organizationId: number,
): Promise<{ label: string; type: string }[]> {
  const known = labelsOf([organizationId], 'threat');
  return store.query(`SELECT label, type FROM (${known.sql}) ORDER BY label, type`, known.parameters);
}

function labelsOf(
  organizationIds: readonly number[],
  facet: 'identity' | 'application' | 'category' | 'threat',
): Condition {
  const conditions = new Conditions('k');
  const sql = `SELECT labels.key AS key, anyLast(labels.label) AS label, anyLast(labels.type) AS type FROM labels
    WHERE ${organizationsSql(conditions, organizationIds)} AND facet = ${conditions.bind('UInt8', FACETS[facet])}
    GROUP BY key`;
  return { sql, parameters: conditions.build().parameters };
}
