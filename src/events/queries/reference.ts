import type { Application, Identity } from '../../model/traffic.ts';
import type { EventStore } from '../client.ts';
import { FACETS } from '../facets.ts';
import { type Condition, Conditions } from './condition.ts';

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
  return store.query<Identity>(
    `SELECT key AS id, label, type FROM (${LABELS_SQL}) WHERE ${sql}
    ORDER BY label, key LIMIT {limit:UInt64} OFFSET {offset:UInt64}`,
    { ...labelsOf(organizationId, 'identity'), ...parameters, limit, offset },
  );
}

/** Those of the identities that exist, by label. */
export async function readIdentitiesByIds(
  store: EventStore,
  organizationId: number,
  ids: readonly number[],
): Promise<Identity[]> {
  return store.query<Identity>(
    `SELECT key AS id, label, type FROM (${LABELS_SQL}) WHERE key IN {ids:Array(UInt64)} ORDER BY label, key`,
    { ...labelsOf(organizationId, 'identity'), ids },
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
  return store.query<Application>(
    `SELECT key AS id, label, type AS category FROM (${LABELS_SQL}) WHERE ${found.sql} ORDER BY label, key`,
    { ...labelsOf(organizationId, 'application'), ...found.parameters },
  );
}

/** Categories of an organization's traffic that are not in the table of categories, by id. */
export async function readUnlistedCategories(
  store: EventStore,
  organizationId: number,
): Promise<{ id: number; label: string }[]> {
  return store.query(`SELECT key AS id, label FROM (${LABELS_SQL}) ORDER BY key`, labelsOf(organizationId, 'category'));
}

/** Threats an organization met, by label and type. */
export async function readThreats(
  store: EventStore,
  organizationId: number,
): Promise<{ label: string; type: string }[]> {
  return store.query(
    `SELECT label, type FROM (${LABELS_SQL}) ORDER BY label, type`,
    labelsOf(organizationId, 'threat'),
  );
}

const LABELS_SQL = `SELECT labels.key AS key, anyLast(labels.label) AS label, anyLast(labels.type) AS type
  FROM labels WHERE org = {org:UInt32} AND facet = {facet:UInt8} GROUP BY key`;

function labelsOf(organizationId: number, facet: 'identity' | 'application' | 'category' | 'threat') {
  return { org: organizationId, facet: FACETS[facet] };
}
