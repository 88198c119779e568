import type { EventKind } from './event.ts';
import type { Order } from './query.ts';
import type { ActivityEvent } from './traffic.ts';

/** What happened, in a few words, where the log has no name of its own for it. */
export const EVENT_TITLES: Readonly<Record<EventKind, string>> = {
  dns: 'DNS query',
  web: 'Web request',
  firewall: 'Network connection',
  intrusion: 'Intrusion detected',
  ip: 'IP connection',
  audit: 'Configuration change',
  dns_answer: 'DNS answer',
  tls: 'TLS handshake',
  file: 'File transfer',
  anomaly: 'Protocol anomaly',
  dlp: 'Data loss prevention',
  vpn: 'VPN session',
  ztna: 'Private access',
  endpoint: 'Endpoint activity',
  backup: 'Backup job',
  other: 'Log record',
};

/** Identity types that stand for people. */
export const PEOPLE_TYPES: readonly string[] = ['directory_user', 'saml_user', 'chromebook'];

/** One event with everything that is kept of it, of whatever kind. */
export interface StoredEvent extends ActivityEvent {
  /** Name of the format it was read by. */
  readonly format: string;
  /** The format's own word for the kind of record. */
  readonly recordType: string;
  /** The signature; of endpoint and other events their record type; or one of EVENT_TITLES. */
  readonly name: string;
  /** Who or what it began at: the first identity that is no person, or the client's address; '' where neither is known. */
  readonly source: string;
  /** The first identity that is a person; '' where there is none. */
  readonly user: string;
  /** The original record, secrets masked. */
  readonly raw: string;
  /** When it was stored, milliseconds since 1970. */
  readonly receivedMs: number;
  /** Alarms that name it. */
  readonly alarmIds: readonly string[];
}

/** Values of one member are alternatives, members must all hold; all are exact. An empty list matches nothing. */
export interface StoredEventFilter {
  readonly formats?: readonly string[];
  readonly names?: readonly string[];
  readonly sources?: readonly string[];
  readonly users?: readonly string[];
  /** Accounts of a cloud service, where logs name them. */
  readonly accounts?: readonly string[];
  /** Inclusive, in milliseconds. */
  readonly fromMs?: number;
  readonly toMs?: number;
}

/** `received` is the order in which batches came. */
export const STORED_EVENT_SORT_FIELDS = ['occurred', 'received', 'name'] as const;

export interface StoredEventSort {
  readonly field: (typeof STORED_EVENT_SORT_FIELDS)[number];
  readonly order: Order;
}

/** Which part of the list. Ties go by position, so that the order is total. */
export interface StoredEventPage {
  /** First is primary; `occurred` descending where empty. */
  readonly sort: readonly StoredEventSort[];
  readonly limit: number;
  readonly offset: number;
  /** Only what was there at this moment (a number from an earlier answer), so that a list can be read page by page. */
  readonly moment?: number;
}
