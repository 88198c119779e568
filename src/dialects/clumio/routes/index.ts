import type { Resource } from '../resource.ts';
import { consolidatedAlerts, individualAlerts } from './alert-operations.ts';
import { auditTrails } from './audit-trails.ts';
import { complianceConfigurations } from './compliance-configurations.ts';
import { complianceRuns } from './compliance-runs.ts';
import { reportDownloads } from './report-downloads.ts';
import { tasks } from './tasks.ts';
import { organizationalUnits } from './unit-operations.ts';

/** What the surface serves. One line each. */
export const RESOURCES: readonly Resource[] = [
  auditTrails,
  complianceConfigurations,
  complianceRuns,
  consolidatedAlerts,
  individualAlerts,
  organizationalUnits,
  reportDownloads,
  tasks,
];
