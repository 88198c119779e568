/**
 * What events are counted under. The numbers are those of the `facets` column in the schema; append only. The key of a
 * category is its id, of an identity or application its number, of everything else a 64-bit hash of its text; the table
 * `labels` tells what a key stands for.
 */
export const FACETS = {
  /** Every event, under key 0. */
  all: 1,
  /** Domain (DNS), host (web) or destination address (firewall, intrusion, ip). */
  destination: 2,
  identity: 3,
  identityType: 4,
  category: 5,
  policyCategory: 6,
  /** Key 1 where the event has a policy category, else 0. */
  hasPolicy: 7,
  application: 8,
  queryType: 9,
  externalIp: 10,
  internalIp: 11,
  threat: 12,
  threatType: 13,
  eventType: 14,
  /** SHA-256 where the log has it, else the name. */
  file: 15,
  /** MIME type. */
  fileType: 16,
} as const;

export type Facet = keyof typeof FACETS;

/** What keys have labels for: facets, and identities of events that no traffic report counts. */
export const LABELLED = { ...FACETS, otherIdentity: 17 } as const;

export type Labelled = keyof typeof LABELLED;
