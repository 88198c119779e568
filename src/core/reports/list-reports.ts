import { descendantIds } from '../../control/repos/organizations.ts';
import { readyReports } from '../../control/repos/reports.ts';
import type { Report, ReportType } from '../../model/report.ts';
import type { Scope } from '../../model/scope.ts';
import type { Context } from '../context.ts';
import { requirePermission } from '../permission.ts';

export interface ReportsQuestion {
  readonly types?: readonly ReportType[];
  /** When they were asked for, in milliseconds since 1970; inclusive and exclusive. */
  readonly fromMs?: number;
  readonly beforeMs?: number;
}

/** Reports about an organization and those below it whose file can be fetched, newest first. Permission `reports:read`. */
export async function listReports(
  context: Context,
  scope: Scope,
  { types, fromMs, beforeMs }: ReportsQuestion,
  rows: { readonly limit: number; readonly offset: number },
): Promise<{ total: number; reports: Report[] }> {
  requirePermission(scope, 'reports:read');
  const { db } = context.control;
  const { id } = scope.organization;
  const question = {
    organizationIds: [id, ...(await descendantIds(db, id))],
    now: instantOf(context.now()),
    ...(types && { types }),
    ...(fromMs !== undefined && { from: instantOf(fromMs) }),
    ...(beforeMs !== undefined && { before: instantOf(beforeMs) }),
  };
  return readyReports(db, question, rows);
}

/** Beyond these the order of texts is not that of times. */
const LAST_MS = Date.parse('9999-12-31T23:59:59.999Z');

function instantOf(ms: number): string {
  return new Date(Math.max(0, Math.min(ms, LAST_MS))).toISOString();
}
