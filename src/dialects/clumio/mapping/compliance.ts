import type { z } from 'zod';
import { type ListedConfiguration, signRun, sum } from '../../../core/compliance/index.ts';
import {
  type ComplianceFindings,
  type ComplianceRun,
  DEFAULT_SCHEDULE,
  overallStatus,
} from '../../../model/compliance.ts';
import type { complianceConfiguration, complianceRun } from '../compliance-schemas.ts';
import { etagOf } from '../etag.ts';
import { formatInstant } from '../instant.ts';
import { link } from '../links.ts';
import { snaked } from '../spelling.ts';
import type { LinkMaker } from './report-download.ts';

export const CONFIGURATIONS_PATH = '/reports/compliance/configurations';
export const RUN_FILES_PATH = '/reports/compliance/files';

type Configuration = z.input<typeof complianceConfiguration>;
type Run = z.input<typeof complianceRun>;

export interface ComplianceView extends LinkMaker {
  readonly nowMs: number;
}

/** Section 5.1: what was given is answered as it was given. */
export function toConfiguration(
  { configuration, latestRun }: ListedConfiguration,
  view: ComplianceView,
): Configuration {
  const { id, name, description, schedule, notification, parameter, createdAt } = configuration;
  const href = `${CONFIGURATIONS_PATH}/${id}`;
  const settings = {
    id,
    name,
    description,
    created: formatInstant(createdAt),
    notification: snaked(notification) as Configuration['notification'],
    schedule: snaked(schedule ?? DEFAULT_SCHEDULE) as Configuration['schedule'],
    parameter: snaked(parameter) as Configuration['parameter'],
  };
  return {
    _embedded: null,
    _etag: etagOf(settings),
    _links: {
      _self: link(href),
      'update-compliance-report-configuration': link(href, 'put'),
      'delete-compliance-report-configuration': link(href, 'delete'),
    },
    ...settings,
    latest_run: latestRun && runMembers(latestRun, view),
  };
}

/** Section 5.2. */
export function toRun(run: ComplianceRun, view: ComplianceView): Run {
  const href = `${CONFIGURATIONS_PATH}/${run.configurationId}/runs/${run.id}`;
  return {
    _embedded: null,
    _links: {
      _self: link(href),
      'delete-compliance-report-run': link(href, 'delete'),
      ...(run.state === 'completed' && { 'send-compliance-report-run-email': link(`${href}/_notify`, 'post') }),
    },
    ...runMembers(run, view),
  };
}

function runMembers(run: ComplianceRun, view: ComplianceView): NonNullable<Configuration['latest_run']> {
  const { id, name, configurationId, state, taskId, createdAt, updatedAt, expiresAt, parameter, findings } = run;
  return {
    id,
    name,
    report_config_id: configurationId,
    status: state,
    task_id: taskId,
    created: formatInstant(createdAt),
    updated: formatInstant(updatedAt),
    expired: expiresAt && formatInstant(expiresAt),
    report_download_link: downloadLink(run, view),
    parameter: snaked(parameter) as Run['parameter'],
    compliance_info: findings && toInfo(findings),
  };
}

function downloadLink(run: ComplianceRun, { origin, tokenKey, nowMs }: ComplianceView): string | null {
  if (run.expiresAt === null || Date.parse(run.expiresAt) <= nowMs) return null;
  const signed = signRun(tokenKey, run);
  return `${origin}${RUN_FILES_PATH}/${run.id}?expires=${signed?.expires}&signature=${signed?.signature}`;
}

function toInfo({ controls, assets, policies }: ComplianceFindings): NonNullable<Run['compliance_info']> {
  const all = sum(controls);
  return {
    compliance_status: overallStatus(all),
    ...toCounts(all),
    items_covered: { asset_count: assets, policy_count: policies },
    controls: controls.map(({ control, ...found }) => ({
      name: control,
      control_status: overallStatus(found),
      ...toCounts(found),
    })),
  };
}

function toCounts({ compliant, nonCompliant, unknown }: ReturnType<typeof sum>) {
  return { compliant_count: compliant, non_compliant_count: nonCompliant, unknown_count: unknown };
}
