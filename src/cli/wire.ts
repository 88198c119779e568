import type { z } from 'zod';
import type * as alarmSchemas from '../dialects/native/alarm-schemas.ts';
import type { requestedBackup } from '../dialects/native/backup-schemas.ts';
import type { batch } from '../dialects/native/batch-schemas.ts';
import type { peer } from '../dialects/native/peer-schemas.ts';
import type * as ruleSchemas from '../dialects/native/rule-schemas.ts';
import type * as schemas from '../dialects/native/schemas.ts';

// Answers of `/belfry/v1`, as its schemas describe them.

export type Organization = z.output<typeof schemas.organization>;
export type OrganizationSetting = z.output<typeof schemas.setting>;
export type NewUser = z.output<typeof schemas.newUser>;
export type User = z.output<typeof schemas.user>;
export type Client = z.output<typeof schemas.client>;
export type ClientWithSecret = z.output<typeof schemas.clientWithSecret>;
export type Receipt = z.output<typeof schemas.receipt>;
export type ImportOutcome = z.output<typeof schemas.importOutcome>;
export type Batch = z.output<typeof batch>;
export type Reject = z.output<typeof schemas.reject>;
export type Migration = z.output<typeof schemas.migration>;
export type AuditVerdict = z.output<typeof schemas.auditVerdict>;
export type Alarm = z.output<typeof alarmSchemas.alarm>;
export type AlarmDetail = z.output<typeof alarmSchemas.alarmDetail>;
export type Label = z.output<typeof alarmSchemas.label>;
export type DetectionRule = z.output<typeof ruleSchemas.detectionRule>;
export type ImportedRules = z.output<typeof ruleSchemas.importedRules>;
export type TriedRules = z.output<typeof ruleSchemas.triedRules>;
export type Peer = z.output<typeof peer>;
export type RequestedBackup = z.output<typeof requestedBackup>;
