/**
 * What an event is about. The numbers are those of the `kind` enumeration in the event store; append only.
 * `dns`, `web`, `firewall`, `intrusion` and `ip` are traffic that reports speak of; the rest is stored and searchable,
 * and stays outside the traffic reports.
 */
export const EVENT_KINDS = {
  dns: 1,
  web: 2,
  firewall: 3,
  intrusion: 4,
  ip: 5,
  audit: 6,
  dns_answer: 7,
  tls: 8,
  file: 9,
  anomaly: 10,
  dlp: 11,
  vpn: 12,
  ztna: 13,
  endpoint: 14,
  backup: 15,
  other: 100,
} as const;

export type EventKind = keyof typeof EVENT_KINDS;

/** What the control point decided. Intrusion sensors use the last three beside `blocked`. Append only, as above. */
export const VERDICTS = { allowed: 1, blocked: 2, proxied: 3, detected: 4, would_block: 5 } as const;

export type Verdict = keyof typeof VERDICTS;

/** The kinds that traffic reports cover when a request names none. */
export const TRAFFIC_KINDS = ['dns', 'web', 'firewall', 'intrusion'] as const satisfies readonly EventKind[];

/** Severity of an intrusion, 1 worst; 0 where the log gives none. */
export const SEVERITIES = { none: 0, high: 1, medium: 2, low: 3, very_low: 4 } as const;

/** Where an event stands in the total order of its organization; the smallest unit of paging. */
export interface EventPosition {
  /** Microseconds since 1970-01-01T00:00:00Z; below 2^53 until the year 2255. */
  timeUs: number;
  /** Sequence number of the batch the event came in with. */
  seq: number;
  /** Line of the event inside its batch, from 0. */
  row: number;
}
