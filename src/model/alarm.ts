import type { EventPosition } from './event.ts';

/** What people have done with an alarm. New ones are open. */
export const ALARM_STATUSES = ['open', 'in_review', 'closed'] as const;

export type AlarmStatus = (typeof ALARM_STATUSES)[number];

/** What an alarm is about, worst first (usm.md, section 5.1). */
export const ALARM_INTENTS = [
  'System Compromise',
  'Exploitation & Installation',
  'Delivery & Attack',
  'Reconnaissance & Probing',
  'Environmental Awareness',
] as const;

export type AlarmIntent = (typeof ALARM_INTENTS)[number];

/** Names of ranges of priority, lowest first; each holds what is above the one before (usm.md, section 7.7). */
export const PRIORITY_LABELS = { low: 33, medium: 66, high: 100 } as const;

export type PriorityLabel = keyof typeof PRIORITY_LABELS;

/** The rule an alarm was made by, as it was then: author and licence stay with what the rule made (DRL 1.1). */
export interface AlarmRule {
  readonly id: string;
  readonly title: string;
  /** '' where the rule names none. */
  readonly author: string;
  readonly licence: string;
  readonly intent: AlarmIntent;
  /** Kind of activity: `Brute Force Authentication`. */
  readonly strategy: string;
  /** The technique, or the rule's title. */
  readonly method: string;
  /** 0 to 100. */
  readonly priority: number;
  /** MITRE ATT&CK technique ids, `T1046`, and names of tactics, `Discovery`. */
  readonly techniques: readonly string[];
  readonly tactics: readonly string[];
  /** Matches within one stretch of this length, aligned in event time, are one alarm. */
  readonly muteSeconds: number;
}

/** Someone or something at one end of an alarm's events. */
export interface AlarmEndpoint {
  /** IP address; '' where only a name is known. */
  readonly address: string;
  /** Host or domain name, or name of the identity; '' where only an address is known. */
  readonly name: string;
  /** Events of the alarm it is in. */
  readonly events: number;
}

/** There is one alarm for each of these. */
interface AlarmKey {
  readonly organizationId: number;
  readonly rule: AlarmRule;
  /** What the events have in common: the client's address unless the rule groups by something else. */
  readonly groupKey: string;
  /** Start of the stretch of event time, in milliseconds. */
  readonly windowStartMs: number;
}

/** What an alarm rests on: its events, counted. Both an alarm and one batch's share of it have this. */
export interface AlarmEvidence {
  readonly events: number;
  readonly firstEventUs: number;
  readonly lastEventUs: number;
  /** Earliest of the events, at most ALARM_EVENTS. */
  readonly positions: readonly EventPosition[];
  /** Most frequent first, at most ALARM_ENDPOINTS; likewise destinations. */
  readonly sources: readonly AlarmEndpoint[];
  readonly destinations: readonly AlarmEndpoint[];
  /** Formats of the events: what saw them. */
  readonly sensors: readonly string[];
}

/** Events and endpoints that an alarm names; its counts go beyond. */
export const ALARM_EVENTS = 100;
export const ALARM_ENDPOINTS = 50;

/**
 * What one batch of events added to one alarm. Deriving it again from the same batch gives the same, and recording it
 * again changes nothing.
 */
export interface AlarmMatch extends AlarmKey, AlarmEvidence {
  readonly alarmId: string;
  readonly batchSeq: number;
}

/** One per rule, organization, group key and stretch of time. */
export interface Alarm extends AlarmKey, AlarmEvidence {
  /** UUID, derived from rule, organization, group key and stretch. */
  readonly id: string;
  /** When it was raised, milliseconds since 1970. */
  readonly receivedMs: number;
  readonly status: AlarmStatus;
  readonly suppressed: boolean;
  /** Ids of labels, oldest first. */
  readonly labels: readonly string[];
  /** The server this alarm was pulled from; null for our own. */
  readonly peerId: string | null;
  /** A pulled alarm as the other server answered it, events included; null for our own. */
  readonly document: Readonly<Record<string, unknown>> | null;
}

export interface AlarmFilter {
  readonly statuses?: readonly AlarmStatus[];
  readonly suppressed?: boolean;
  readonly intents?: readonly string[];
  readonly strategies?: readonly string[];
  readonly methods?: readonly string[];
  readonly priorityLabels?: readonly PriorityLabel[];
  /** Formats that saw any of its events. */
  readonly sensors?: readonly string[];
  /** Last event, inclusive, in milliseconds. */
  readonly fromMs?: number;
  readonly toMs?: number;
}

export const ALARM_SORT_FIELDS = [
  'lastEvent',
  'received',
  'priority',
  'status',
  'intent',
  'strategy',
  'method',
] as const;

export interface AlarmSort {
  readonly field: (typeof ALARM_SORT_FIELDS)[number];
  readonly order: 'asc' | 'desc';
}

/** Which part of the list. Ties go by id, so that the order is total. */
export interface AlarmPage {
  /** First is primary; `lastEvent` descending where empty. */
  readonly sort: readonly AlarmSort[];
  readonly limit: number;
  readonly offset: number;
  /**
   * Membership, order and filters as they were after this change (a number from an earlier answer), so that a list can be
   * read page by page while alarms come and change; now where absent.
   */
  readonly moment?: number;
}

/** A label that alarms can carry. */
export interface AlarmLabel {
  /** UUID. */
  readonly id: string;
  readonly organizationId: number;
  /** Unique in its organization. */
  readonly name: string;
  readonly createdAt: string;
}

export interface AlarmNote {
  readonly id: string;
  readonly alarmId: string;
  readonly text: string;
  /** Who wrote it, for people. */
  readonly author: string;
  readonly createdAt: string;
}

/**
 * Hides alarms of an organization and of those below it: each member that is set must equal the alarm's. The events of a
 * hidden alarm are not hidden.
 */
export interface SuppressionRule {
  readonly id: string;
  readonly organizationId: number;
  readonly name: string;
  readonly match: SuppressionMatch;
  readonly enabled: boolean;
  readonly createdAt: string;
}

/** At least one member is set; none where what is stored of it cannot be read: such a rule hides nothing. */
export interface SuppressionMatch {
  readonly ruleId?: string;
  readonly intent?: string;
  readonly strategy?: string;
  readonly method?: string;
  /** Address or name of a source. */
  readonly source?: string;
  readonly destination?: string;
}
