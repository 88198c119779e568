import type { ComplianceControl, ComplianceStatus } from '../../model/compliance.ts';
import type { EventStore } from '../client.ts';
import { type ComplianceQuestion, complianceItemsSql } from './compliance-items.ts';
import { Conditions } from './condition.ts';
import { organizationsSql } from './organizations-condition.ts';

/** How many items of a control have a status. */
export interface ComplianceCount {
  readonly control: ComplianceControl;
  readonly status: ComplianceStatus;
  readonly items: number;
}

/** @param settings what reading all jobs may take */
export function countComplianceItems(
  store: EventStore,
  question: ComplianceQuestion,
  options: Parameters<EventStore['query']>[2],
): Promise<ComplianceCount[]> {
  const { sql, parameters } = complianceItemsSql(question);
  return store.query(
    `SELECT control, compliance_status AS status, count() AS items FROM (${sql}) GROUP BY control, status
    ORDER BY control, status`,
    parameters,
    options,
  );
}

/** For each of the organizations when the first backup job began that is known of it, microseconds since 1970. */
export async function backupsKnownSince(
  store: EventStore,
  organizationIds: readonly number[],
): Promise<Map<number, number>> {
  const conditions = new Conditions('k');
  const organizations = organizationsSql(conditions, organizationIds);
  const rows = await store.query<{ org: number; us: number }>(
    `SELECT org, toUnixTimestamp64Micro(min(coalesce(created, started, seen))) AS us FROM backup_jobs
    WHERE ${organizations} GROUP BY org`,
    conditions.build().parameters,
  );
  return new Map(rows.map(({ org, us }) => [org, us]));
}
