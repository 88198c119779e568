import type { EventKind, EventPosition, Verdict } from './event.ts';
import type { ExtraField } from './extra-field.ts';

/** Requests of a group of events, by what became of them. Those neither allowed nor blocked were proxied or detected. */
export interface RequestCounts {
  readonly requests: number;
  readonly allowed: number;
  readonly blocked: number;
}

/** Someone or something that makes requests. */
export interface Identity {
  readonly id: number;
  readonly label: string;
  /** A type name of `identity-types.ts`. */
  readonly type: string;
}

export interface Application {
  readonly id: number;
  /** '' where logs only ever gave the number. */
  readonly label: string;
  /** Category of the application; '' where unknown. */
  readonly category: string;
}

export interface Threat {
  readonly label: string;
  readonly type: string;
}

/** A category id with its label where the id is not in `categories.ts`. */
export interface CategoryReference {
  readonly id: number;
  readonly label: string | null;
}

/** One event as reports show it. Absent texts are '', absent numbers null. */
export interface ActivityEvent extends EventPosition {
  readonly kind: EventKind;
  readonly verdict: Verdict;
  readonly srcIp: string;
  readonly srcPort: number | null;
  readonly natIp: string;
  readonly dstIp: string;
  readonly dstPort: number | null;
  /** IANA protocol number. */
  readonly proto: number | null;
  readonly domain: string;
  readonly queryType: string;
  readonly returnCode: number | null;
  readonly url: string;
  readonly method: string;
  readonly status: number | null;
  /** Bytes towards the client. */
  readonly bytesIn: number | null;
  /** Bytes from the client. */
  readonly bytesOut: number | null;
  readonly packetSize: number | null;
  readonly userAgent: string;
  readonly referer: string;
  readonly contentType: string;
  readonly fileName: string;
  readonly sha256: string;
  readonly identities: readonly Identity[];
  readonly categories: readonly CategoryReference[];
  readonly policyCategories: readonly CategoryReference[];
  readonly applications: readonly Application[];
  readonly threats: readonly Threat[];
  /** 0 where the log names none; likewise the following numbers. */
  readonly ruleId: number;
  readonly ruleSetId: number;
  readonly signatureGeneratorId: number;
  readonly signatureId: number;
  readonly signatureListId: number;
  readonly signature: string;
  readonly classification: string;
  /** A number of SEVERITIES. */
  readonly severity: number;
  readonly cves: readonly string[];
  readonly sessionId: number;
  readonly ampDisposition: string;
  readonly ampScore: number;
  readonly antivirusThreats: readonly string[];
  readonly isolatedState: string;
  readonly isolatedFileAction: string;
  readonly dataLossState: string;
  /** `CertificateError` or `TLSError`, a colon, the detail as logged. */
  readonly httpErrors: readonly string[];
  readonly securityOverridden: boolean;
  readonly tenantControls: boolean;
  readonly bundleId: number;
  readonly destinationListIds: readonly number[];
  readonly direction: string;
  readonly extra: Readonly<Partial<Record<ExtraField, string>>>;
}

export type BucketStep = 'minute' | 'hour' | 'day';

/** Requests between `startMs` and the next bucket's start. */
export interface RequestBucket extends RequestCounts {
  readonly startMs: number;
}

export interface CategoryBucket {
  readonly startMs: number;
  /** Most requests first. */
  readonly counts: readonly { readonly category: CategoryReference; readonly requests: number }[];
}

export interface BandwidthBucket {
  readonly startMs: number;
  readonly bytesIn: number;
  readonly bytesOut: number;
}

export interface TopIdentity extends RequestCounts {
  readonly identity: Identity;
  /** Bytes both ways of web requests; null where the identity made none. */
  readonly bandwidth: number | null;
}

export interface IdentityTypeShare extends RequestCounts {
  readonly type: string;
  readonly identities: number;
}

export interface TopDestination extends RequestCounts {
  /** Domain, or address where there is only that. */
  readonly destination: string;
  readonly bandwidth: number | null;
  /** Every category the destination was ever logged with. */
  readonly categories: readonly CategoryReference[];
  readonly policyCategories: readonly CategoryReference[];
}

export interface TopCategory {
  readonly category: CategoryReference;
  readonly requests: number;
  readonly bandwidth: number | null;
}

export interface TopUrl {
  /** Path with its leading slash, without query; '' where the URL has none. */
  readonly path: string;
  readonly requests: number;
  readonly categories: readonly CategoryReference[];
}

export interface TopFile {
  readonly sha256: string;
  readonly requests: number;
  readonly identities: number;
  readonly fileNames: readonly string[];
  readonly fileTypes: readonly string[];
  readonly categories: readonly CategoryReference[];
}

/** A text and how often it was met: query types, addresses, event types. */
export interface TextCount {
  readonly text: string;
  readonly requests: number;
}

export interface TopThreat extends Threat {
  readonly requests: number;
}

export interface TopThreatType {
  readonly type: string;
  /** Different threats of the type. */
  readonly threats: number;
  readonly requests: number;
}

/** Distinct things and event counts of a set of events (umbrella.md, section 5, Summary). */
export interface TrafficSummary {
  readonly applications: number;
  readonly applicationsAllowed: number;
  readonly applicationsBlocked: number;
  readonly categories: number;
  readonly domains: number;
  readonly files: number;
  readonly fileTypes: number;
  readonly identities: number;
  readonly identityTypes: number;
  readonly policyCategories: number;
  readonly policyRequests: number;
  readonly requests: number;
  readonly requestsAllowed: number;
  readonly requestsBlocked: number;
}

export interface SignatureSummary {
  readonly generatorId: number;
  readonly id: number;
  readonly lastEventMs: number;
  readonly blocked: number;
  readonly detected: number;
  readonly wouldBlock: number;
}

/** Intrusion events of one signature list and rule. */
export interface SignatureListSummary {
  readonly signatureListId: number;
  readonly ruleId: number;
  readonly signatures: readonly SignatureSummary[];
}

export interface DeploymentCount {
  /** Identity type name. */
  readonly type: string;
  /** Identities of the type that made requests in the range. */
  readonly active: number;
  /** Identities of the type ever seen. */
  readonly total: number;
}

/** A file that the reputation service judged (umbrella.md, section 5.1, ActivityAMPRetro). */
export interface FileDisposition {
  readonly timeMs: number;
  /** First time the file was seen in this organization. */
  readonly firstSeenMs: number;
  readonly disposition: string;
  readonly score: number;
  readonly host: string;
  readonly malware: string;
  readonly sha256: string;
}
