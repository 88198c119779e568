import type { EventKind, EventPosition, Verdict } from './event.ts';

/**
 * A span of event time. Both ends are whole milliseconds and inclusive: an event counts when its time, cut to the
 * millisecond, lies in `fromMs … toMs`.
 */
export interface TimeRange {
  readonly fromMs: number;
  readonly toMs: number;
}

/** Attributes whose presence can be asked for. */
export const EXISTS_ATTRIBUTES = [
  'categories',
  'policycategories',
  'applicationid',
  'nbarapplicationid',
  'nbarapplicationtypeids',
  'privateapplicationid',
  'applicationgroupids',
  'sha256',
  'filename',
  'threats',
  'threattypes',
  'antivirusthreats',
  'destinationlistids',
  'httperrors',
] as const;

export type ExistsAttribute = (typeof EXISTS_ATTRIBUTES)[number];

/**
 * Which events a question is about. Values of one member are alternatives, members must all hold. An absent member does
 * not restrict; an empty list matches nothing. A member that a kind of event cannot have excludes that kind.
 */
export interface EventFilter {
  readonly kinds?: readonly EventKind[];
  /** Exact names in any case, or with `*` for any run of characters. */
  readonly domains?: readonly string[];
  /** What traffic was to, exactly as stored: a name for DNS and web, an address for connections. */
  readonly destinations?: readonly string[];
  /** Host and path prefixes; a scheme and a trailing slash do not count. */
  readonly urls?: readonly string[];
  readonly categories?: readonly number[];
  readonly policyCategories?: readonly number[];
  /** Internal, external, source or destination address. */
  readonly ips?: readonly string[];
  /** Source or destination port. */
  readonly ports?: readonly number[];
  readonly identityIds?: readonly number[];
  /** Type names of `identity-types.ts`. */
  readonly identityTypes?: readonly string[];
  readonly applicationIds?: readonly number[];
  readonly verdicts?: readonly Verdict[];
  readonly ruleIds?: readonly number[];
  /** File names, `*` for any run of characters. */
  readonly fileNames?: readonly string[];
  readonly sha256?: readonly string[];
  readonly securityOverridden?: boolean;
  readonly bundleIds?: readonly number[];
  readonly threats?: readonly string[];
  readonly threatTypes?: readonly string[];
  readonly ampDispositions?: readonly string[];
  readonly antivirusThreats?: readonly string[];
  readonly tenantControls?: boolean;
  readonly isolatedStates?: readonly string[];
  readonly isolatedFileActions?: readonly string[];
  readonly dataLossStates?: readonly string[];
  readonly httpErrors?: readonly string[];
  /** Domains to leave out, exact, lower case. */
  readonly withoutDomains?: readonly string[];
  readonly exists?: readonly ExistsAttribute[];
  /** Signature and generator id pairs. */
  readonly signatures?: readonly { readonly id: number; readonly generatorId: number }[];
  readonly signatureLists?: readonly number[];
}

/** A question over events of one organization. */
export interface EventQuery {
  readonly range: TimeRange;
  readonly filter: EventFilter;
}

export type Order = 'asc' | 'desc';

/** Which part of an ordered collection. Either an offset, or a position to continue behind up to a horizon. */
export interface PageRequest {
  readonly limit: number;
  readonly offset: number;
  readonly order: Order;
  readonly after?: EventPosition;
  /** First page of a walk: fixes the horizon now and keeps to it. */
  readonly walk?: boolean;
  /** Only events of batches up to this sequence number: what the first page of a walk could see. */
  readonly horizon?: number;
}
