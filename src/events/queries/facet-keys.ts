import { FACETS, type Facet } from '../facets.ts';

const some = (key: string, condition: string) => `if(${condition}, [${key}], emptyArrayUInt64())`;

/**
 * SQL of the keys (`Array(UInt64)`) that an event counts under, for one facet. All of them together are the column
 * `facets`, which rollups are made of; reading one facet alone spares the engine the work of the other fifteen. A test
 * holds the two to each other.
 */
export const FACET_KEYS: Readonly<Record<Facet, string>> = {
  all: '[0::UInt64]',
  destination: some('cityHash64(destination)', "destination != ''"),
  identity: 'arrayDistinct(arrayFilter(x -> x != 0, identity_ids))',
  identityType: 'arrayMap(x -> cityHash64(x), arrayDistinct(identity_types))',
  category: 'arrayMap(x -> toUInt64(x), categories)',
  policyCategory: 'arrayMap(x -> toUInt64(x), policy_categories)',
  hasPolicy: some('1::UInt64', 'notEmpty(policy_categories)'),
  application: 'arrayDistinct(arrayFilter(x -> x != 0, application_ids))',
  queryType: some('cityHash64(query_type)', "query_type != ''"),
  externalIp: some('cityHash64(nat_ip)', "nat_ip != ''"),
  internalIp: some('cityHash64(src_ip)', "src_ip != ''"),
  threat: 'arrayMap((t, y) -> cityHash64(t, y), threats, threat_types)',
  threatType: 'arrayMap(x -> cityHash64(x), arrayDistinct(threat_types))',
  eventType: 'arrayMap(x -> cityHash64(x), event_types)',
  file: some("cityHash64(if(sha256 = '', file_name, sha256))", "sha256 != '' OR file_name != ''"),
  fileType: some('cityHash64(content_type)', "content_type != ''"),
};

/** SQL of an array of (facet, key) pairs, for use in ARRAY JOIN. */
export function facetPairsSql(facets: readonly Facet[]): string {
  const arrays = facets.map((facet) => `arrayMap(k -> (${FACETS[facet]}::UInt8, k), ${FACET_KEYS[facet]})`);
  return arrays.length === 1 ? arrays.join() : `arrayConcat(${arrays.join(', ')})`;
}
