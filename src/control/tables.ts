import type { Generated } from 'kysely';
import type { Organization } from '../model/organization.ts';
import type { AlarmDetailRow, AlarmRow } from './alarm-rows.ts';
import type { AlertRow, ConsolidatedAlertRow } from './alert-rows.ts';
import type { ComplianceConfigurationRow, ComplianceRunRow } from './compliance-rows.ts';
import type { ReportRow, TaskRow } from './task-rows.ts';

export type { TaskRow };

// Rows as Kysely hands them out: snake_case columns become camelCase members. `Flag` is 0 or 1, `Instant` ISO 8601 in
// UTC with milliseconds, `JsonText` a JSON document.

export type Flag = 0 | 1;
export type Instant = string;
export type JsonText = string;

export type UserRole = 'manager' | 'analyst' | 'viewer';
export type BatchState = 'open' | 'committed' | 'set_aside';
export type ImportState = 'running' | 'finished' | 'failed';
export type JobState = 'queued' | 'running' | 'succeeded' | 'failed';
export type AuditResult = 'success' | 'failure' | 'partial_success';
export type SecurityReportState = 'pending' | 'ready' | 'failed';

export interface UserRow {
  id: string;
  /** Lower case. */
  email: string;
  name: string;
  passwordHash: string;
  role: UserRole;
  organizationId: number;
  enabled: Flag;
  createdAt: Instant;
  lastSignInAt: Instant | null;
}

export interface ApiClientRow {
  id: string;
  secretHash: string;
  name: string;
  ownerUserId: string | null;
  organizationId: number;
  api: string | null;
  scopes: JsonText | null;
  enabled: Flag;
  createdAt: Instant;
  createdBy: string;
  lastUsedAt: Instant | null;
  expiresAt: Instant | null;
}

export interface TokenRow {
  id: string;
  clientId: string;
  organizationId: number;
  issuedAt: Instant;
  expiresAt: Instant;
  revokedAt: Instant | null;
}

export interface ImportRow {
  id: string;
  organizationId: number;
  path: string;
  format: string | null;
  actor: JsonText;
  /** Process that runs it; null for those of releases that did not note it. */
  owner: string | null;
  state: ImportState;
  receipt: JsonText | null;
  reason: string | null;
  startedAt: Instant;
  finishedAt: Instant | null;
}

export interface BatchRow {
  seq: number;
  organizationId: number;
  importId: string | null;
  format: string;
  variant: string;
  token: string;
  startHash: string;
  startOffset: number;
  endOffset: number;
  endHash: string;
  firstLine: number;
  lines: number;
  context: string | null;
  timezone: string | null;
  settings: JsonText;
  /** Records that are kept as rejects because the engine fails on them: `RefusedRecords[]` of ledger.ts; null where there are none. */
  refused: JsonText | null;
  spoolPath: string | null;
  state: BatchState;
  owner: string | null;
  leaseUntil: Instant | null;
  attempts: number;
  received: number;
  stored: number;
  rejected: number;
  ignored: number;
  openedAt: Instant;
  committedAt: Instant | null;
  reason: string | null;
}

export interface JobRow {
  id: string;
  kind: string;
  payload: JsonText;
  organizationId: number | null;
  key: string | null;
  state: JobState;
  runAt: Instant;
  attempts: number;
  maxAttempts: number | null;
  owner: string | null;
  leaseUntil: Instant | null;
  lastError: string | null;
  createdAt: Instant;
  finishedAt: Instant | null;
}

export interface AuditEntryRow {
  seq: number;
  time: Instant;
  actorType: string;
  actorId: string;
  actorLabel: string;
  actorFrom: string;
  actorVia: string;
  action: string;
  objectType: string;
  objectId: string;
  objectLabel: string | null;
  organizationId: number | null;
  result: AuditResult;
  detail: JsonText | null;
  prevHash: string;
  hash: string;
}

export interface SecurityReportRow {
  id: string;
  organizationId: number;
  requestedBy: JsonText;
  email: string;
  /** `YYYY-MM-DD`, UTC. */
  startDate: string;
  endDate: string;
  state: SecurityReportState;
  error: string | null;
  body: JsonText | null;
  createdAt: Instant;
  finishedAt: Instant | null;
}

export interface RuleRow {
  id: string;
  pack: string;
  file: string;
  title: string;
  text: string;
  enabled: Flag;
  loadedAt: Instant;
  /** Detection leaves the rule out since then; null where it does not. The next three are null with it. */
  apartAt: Instant | null;
  apartReason: string | null;
  /** Number of the first batch that was not searched for the rule. */
  apartFromBatch: number | null;
  /** Hash of what the rule was compiled to: an upgrade that compiles it to something else tries it again. */
  apartCompiled: string | null;
}

export interface LabelRow {
  id: string;
  organizationId: number;
  name: string;
  createdAt: Instant;
}

export interface AlarmNoteRow {
  id: string;
  alarmId: string;
  organizationId: number;
  text: string;
  author: string;
  createdAt: Instant;
}

export interface SuppressionRuleRow {
  id: string;
  organizationId: number;
  name: string;
  match: JsonText;
  enabled: Flag;
  createdAt: Instant;
}

export interface PeerRow {
  id: string;
  organizationId: number;
  url: string;
  clientId: string;
  /** Encrypted: `control/sealing.ts`. */
  sealedSecret: string;
  joinedAt: Instant;
  enabled: Flag;
  lastAnsweredAt: Instant | null;
  lastError: string | null;
  cursor: JsonText;
  nextAttemptAt: Instant;
  failures: number;
  owner: string | null;
  leaseUntil: Instant | null;
}

export interface OrganizationRow extends Organization {
  description: Generated<string>;
  /** When it was deleted; its slug is then another one. */
  archivedAt: Instant | null;
}

export interface OrganizationAssetRow {
  organizationId: number;
  type: string;
  id: string;
  parentType: string | null;
  parentId: string | null;
}

export interface ProcessRow {
  id: string;
  host: string;
  pid: number;
  /** Comma-separated. */
  roles: string;
  version: string;
  events: string;
  landing: string;
  tokenKey: string;
  startedAt: Instant;
  seenAt: Instant;
}

export interface Tables {
  organizations: OrganizationRow;
  organizationMembers: { organizationId: number; userId: string; role: string; addedAt: Instant };
  organizationAssets: OrganizationAssetRow;
  tasks: TaskRow;
  reports: ReportRow;
  complianceConfigurations: ComplianceConfigurationRow;
  complianceRuns: ComplianceRunRow;
  users: UserRow;
  apiClients: ApiClientRow;
  tokens: TokenRow;
  imports: ImportRow;
  batches: BatchRow;
  jobs: JobRow;
  processes: ProcessRow;
  leases: { name: string; owner: string; leaseUntil: Instant };
  securityReports: SecurityReportRow;
  schedules: { name: string; lastTick: Instant };
  auditEntries: AuditEntryRow;
  auditHead: { id: number; seq: number; hash: string };
  settings: { key: string; value: JsonText };
  organizationSettings: { organizationId: number; name: string; value: JsonText };
  rules: RuleRow;
  detectionState: { name: string; watermark: number; failingSince: Instant | null; failure: string | null };
  alarms: AlarmRow;
  alarmDetails: AlarmDetailRow;
  alarmMatches: { alarmId: string; batchSeq: number; evidence: JsonText };
  labels: LabelRow;
  alarmNotes: AlarmNoteRow;
  alerts: AlertRow;
  consolidatedAlerts: ConsolidatedAlertRow;
  suppressionRules: SuppressionRuleRow;
  peers: PeerRow;
  installationKey: { id: 1; key: string };
  counters: { name: 'organization' | 'batch' | 'alarm_change' | 'alarm_forgotten' | 'task'; value: number };
  migrations: { name: string; checksum: string; appliedAt: Instant };
}
