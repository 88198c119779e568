import { LRUCache } from 'lru-cache';
import type { EventStore } from '../client.ts';
import { LABELLED, type Labelled } from '../facets.ts';
import { Conditions } from './condition.ts';
import { organizationsSql } from './organizations-condition.ts';

/** What a facet key stands for. */
export interface Label {
  readonly label: string;
  readonly type: string;
  readonly categories: readonly number[];
  readonly policyCategories: readonly number[];
}

interface LabelRow {
  key: string;
  label: string;
  type: string;
  categories: number[];
  policy_categories: number[];
}

/**
 * Labels of facet keys, for the keys that have one. Organizations share the keys of everything but identities, and what
 * they know of a key is put together.
 *
 * @param keys decimal text: facet keys are 64-bit, select them with `toString(key)`
 */
export async function lookUpLabels(
  store: EventStore,
  organizationIds: readonly number[],
  facet: Labelled,
  keys: readonly string[],
): Promise<Map<string, Label>> {
  if (keys.length === 0 || organizationIds.length === 0) return new Map();
  const conditions = new Conditions('l');
  const organizations = organizationsSql(conditions, organizationIds);
  const rows = await store.query<LabelRow>(
    `SELECT toString(key) AS key, anyLast(label) AS label, anyLast(type) AS type,
      arraySort(groupUniqArrayArray(categories)) AS categories,
      arraySort(groupUniqArrayArray(policy_categories)) AS policy_categories
    FROM labels WHERE ${organizations} AND facet = {facet:UInt8} AND labels.key IN {keys:Array(UInt64)} GROUP BY labels.key`,
    { ...conditions.build().parameters, facet: LABELLED[facet], keys: keys.map(BigInt) },
  );
  return new Map(
    rows.map((row) => [
      row.key,
      { label: row.label, type: row.type, categories: row.categories, policyCategories: row.policy_categories },
    ]),
  );
}

const NAMES = new WeakMap<object, LRUCache<string, Label>>();

/** How long a key counts as nameless: an application may be met by its number first and by name later. */
const NAMELESS_MS = 5_000;

const NAMELESS: Label = { label: '', type: '', categories: [], policyCategories: [] };

/**
 * The same for keys whose label never changes (a hash of it, or an identity's number), remembered per store: pages of
 * activity name the same few identities again and again. A key without a label answers an empty one.
 */
export async function lookUpNames(
  store: EventStore,
  organizationId: number,
  facet: 'identity' | 'otherIdentity' | 'application' | 'category',
  keys: readonly string[],
): Promise<Map<string, Label>> {
  const cache = namesOf(store);
  const place = (key: string) => `${organizationId}/${facet}/${key}`;
  const found = new Map<string, Label>();
  const missing: string[] = [];
  for (const key of new Set(keys)) {
    const label = cache.get(place(key));
    if (label === undefined) missing.push(key);
    else found.set(key, label);
  }
  const labels = await lookUpLabels(store, [organizationId], facet, missing);
  for (const key of missing) {
    const label = labels.get(key) ?? NAMELESS;
    cache.set(place(key), label, label.label === '' ? { ttl: NAMELESS_MS } : {});
    found.set(key, label);
  }
  return found;
}

/** Labels of identities of any kind of event, by number: traffic has them in one place, everything else in another. */
export async function lookUpIdentityLabels(
  store: EventStore,
  organizationId: number,
  keys: readonly string[],
): Promise<Map<string, string>> {
  const known = await lookUpNames(store, organizationId, 'identity', keys);
  const nameless = [...known].filter(([, { label }]) => label === '').map(([key]) => key);
  const others = await lookUpNames(store, organizationId, 'otherIdentity', nameless);
  return new Map([...known, ...others].map(([key, { label }]) => [key, label]));
}

function namesOf({ identity }: EventStore): LRUCache<string, Label> {
  const present = NAMES.get(identity);
  if (present !== undefined) return present;
  const made = new LRUCache<string, Label>({ max: 100_000 });
  NAMES.set(identity, made);
  return made;
}
