import { z } from 'zod';
import { notification, parameter, schedule } from './compliance-bodies.ts';
import { links, named, task, timestamp } from './schemas.ts';

const counts = { compliant_count: z.int(), non_compliant_count: z.int(), unknown_count: z.int() };
const status = z.enum(['compliant', 'non_compliant', 'unknown']);

const complianceInfo = named(
  'ComplianceInfo',
  z.object({
    compliance_status: status.describe('The worst of all items'),
    ...counts,
    items_covered: z.object({ asset_count: z.int(), policy_count: z.int() }),
    controls: z.array(
      z.object({
        name: z.enum(['asset_backup', 'asset_protection', 'policy']),
        control_status: status,
        ...counts,
      }),
    ),
  }),
);

const run = {
  id: z.string(),
  name: z.string(),
  report_config_id: z.string(),
  status: z.enum(['generating', 'completed', 'failed']),
  task_id: z.string(),
  created: timestamp,
  updated: timestamp,
  expired: timestamp.nullable().describe('Until when the file is there'),
  report_download_link: z.string().nullable().describe('Opens without a token until it expires'),
  parameter: parameter.describe('As it was when the run was asked for'),
  compliance_info: complianceInfo.nullable(),
};

/** Section 5.2. */
export const complianceRun = named('ComplianceRun', z.object({ _embedded: z.null(), _links: links, ...run }));

/** Section 5.1. Members of which nothing was given are absent or null. */
export const complianceConfiguration = named(
  'ComplianceConfiguration',
  z.object({
    _embedded: z.null(),
    _etag: z.string(),
    _links: links,
    id: z.string(),
    name: z.string(),
    description: z.string().nullable(),
    created: timestamp,
    latest_run: named('LatestComplianceRun', z.object(run)).nullable(),
    notification: notification.nullable(),
    schedule,
    parameter,
  }),
);

export function tokenListOf(item: z.ZodType): z.ZodType {
  return z.object({
    _embedded: z.object({ items: z.array(item) }),
    _links: links,
    current_count: z.int(),
    filter_applied: z.string(),
    limit: z.int(),
    start: z.string(),
  });
}

export const acceptedRun = named(
  'AcceptedComplianceRun',
  z.object({ _embedded: z.object({ 'read-task': task }).nullable(), _links: links, task_id: z.string() }),
);

export const nothing = z.object({}).describe('Empty');

export const noted = z.object({ _embedded: z.null(), _links: links });
