import { descendantIds } from '../../control/repos/organizations.ts';
import { readyReports } from '../../control/repos/reports.ts';
import { sortableInstant } from '../../kit/sortable-instant.ts';
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
    now: sortableInstant(context.now()),
    ...(types && { types }),
    ...(fromMs !== undefined && { from: sortableInstant(fromMs) }),
    ...(beforeMs !== undefined && { before: sortableInstant(beforeMs) }),
  };
  return readyReports(db, question, rows);
}
