import { begin } from './0001-begin.ts';
import { organizationSettings } from './0002-organization-settings.ts';
import { securityReports } from './0003-security-reports.ts';
import { alarms } from './0004-alarms.ts';
import { peers } from './0005-peers.ts';
import { unitsAndTasks } from './0006-units-and-tasks.ts';
import { reports } from './0007-reports.ts';
import { installationKey } from './0008-installation-key.ts';
import { compliance } from './0009-compliance.ts';
import { alarmRetention } from './0010-alarm-retention.ts';
import { alerts } from './0011-alerts.ts';
import { processes } from './0012-processes.ts';
import { auditObjects } from './0013-audit-objects.ts';
import { refusedRecords } from './0014-refused-records.ts';
import { rulesSetApart } from './0015-rules-set-apart.ts';
import type { Migration } from './migration.ts';

/** Every migration, oldest first. Append only. */
export const MIGRATIONS: readonly Migration[] = [
  begin,
  organizationSettings,
  securityReports,
  alarms,
  peers,
  unitsAndTasks,
  reports,
  installationKey,
  compliance,
  alarmRetention,
  alerts,
  processes,
  auditObjects,
  refusedRecords,
  rulesSetApart,
];
