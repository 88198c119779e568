import { FACETS, type Facet } from '../facets.ts';

/** SQL over `events`: one key where a condition holds, or an array of keys. Keys are UInt64. */
type FacetKey = { readonly key: string; readonly when: string } | { readonly keys: string };

const text = (column: string): FacetKey => ({ key: `cityHash64(${column})`, when: `${column} != ''` });

/**
 * The keys that an event counts under, facet by facet. All of them together are the column `facets`, which the rollup is
 * made of; reading one facet alone spares the engine the work of the others. A test holds the two to each other.
 */
const FACET_KEYS: Readonly<Record<Facet, FacetKey>> = {
  all: { key: '0::UInt64', when: '1' },
  destination: text('destination'),
  identity: { keys: 'arrayDistinct(arrayFilter(x -> x != 0, identity_ids))' },
  identityType: { keys: 'arrayMap(x -> cityHash64(x), arrayDistinct(identity_types))' },
  category: { keys: 'arrayMap(x -> toUInt64(x), categories)' },
  policyCategory: { keys: 'arrayMap(x -> toUInt64(x), policy_categories)' },
  hasPolicy: { key: '1::UInt64', when: 'notEmpty(policy_categories)' },
  application: { keys: 'arrayDistinct(arrayFilter(x -> x != 0, application_ids))' },
  queryType: text('query_type'),
  externalIp: text('nat_ip'),
  internalIp: text('src_ip'),
  threat: { keys: 'arrayMap((t, y) -> cityHash64(t, y), threats, threat_types)' },
  threatType: { keys: 'arrayMap(x -> cityHash64(x), arrayDistinct(threat_types))' },
  eventType: { keys: 'arrayMap(x -> cityHash64(x), event_types)' },
  file: { key: "cityHash64(if(sha256 = '', file_name, sha256))", when: "(sha256 != '' OR file_name != '')" },
  fileType: text('content_type'),
};

/** How to read `events` once for each of their keys: columns to select, what to join, what must hold. */
export interface KeyedEvents {
  readonly facet: string;
  readonly key: string;
  readonly join: string;
  readonly when: string;
}

export function keyedEvents(facets: readonly Facet[]): KeyedEvents {
  const [facet, ...more] = facets;
  if (facet === undefined) throw new Error('a question is about one facet at least');
  const number = `${FACETS[facet]}::UInt8`;
  const only = FACET_KEYS[facet];
  if (more.length > 0) return { facet: 'f.1', key: 'f.2', join: `ARRAY JOIN ${pairs(facets)} AS f`, when: '1' };
  if ('keys' in only) return { facet: number, key: 'f', join: `ARRAY JOIN ${only.keys} AS f`, when: '1' };
  return { facet: number, key: only.key, join: '', when: only.when };
}

/** SQL of the number of different keys among events. */
export function distinctKeysSql(facet: Facet, condition: string): string {
  const keys = FACET_KEYS[facet];
  return 'keys' in keys
    ? `uniqExactArrayIf(${keys.keys}, ${condition})`
    : `uniqExactIf(${keys.key}, ${keys.when} AND ${condition})`;
}

/** SQL of the number of events that have a key. */
export function eventsWithKeySql(facet: Facet, condition: string): string {
  const keys = FACET_KEYS[facet];
  return `countIf(${'keys' in keys ? `notEmpty(${keys.keys})` : keys.when} AND ${condition})`;
}

function pairs(facets: readonly Facet[]): string {
  const arrays = facets.map((facet) => {
    const keys = FACET_KEYS[facet];
    const number = `${FACETS[facet]}::UInt8`;
    return 'keys' in keys
      ? `arrayMap(k -> (${number}, k), ${keys.keys})`
      : `if(${keys.when}, [(${number}, ${keys.key})], [])`;
  });
  return `arrayConcat(${arrays.join(', ')})`;
}
