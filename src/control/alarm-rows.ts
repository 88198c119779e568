import type { AlarmStatus } from '../model/alarm.ts';

// Rows as Kysely hands them out: instants are ISO 8601; lists, rules and documents JSON.

/** One version of an alarm: what it was from one change until another. */
export interface AlarmRow {
  id: string;
  fromChange: number;
  /** `Number.MAX_SAFE_INTEGER` for the current version. */
  toChange: number;
  supersededAt: string | null;
  organizationId: number;
  ruleId: string;
  intent: string;
  strategy: string;
  method: string;
  priority: number;
  groupKey: string;
  windowStartMs: number;
  events: number;
  firstEventUs: number;
  lastEventUs: number;
  sensors: string;
  receivedMs: number;
  status: AlarmStatus;
  suppressed: 0 | 1;
  labels: string;
  peerId: string | null;
}

/** What of an alarm is there once, as it is now. */
export interface AlarmDetailRow {
  alarmId: string;
  rule: string;
  positions: string;
  sources: string;
  destinations: string;
  document: string | null;
}
