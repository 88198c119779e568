import { requireOrganization } from '../../control/repos/organizations.ts';
import { finishSecurityReport, securityReportById } from '../../control/repos/security-reports.ts';
import { AppError } from '../../model/errors.ts';
import type { Scope } from '../../model/scope.ts';
import type { Context } from '../context.ts';
import { composeSecurityReport } from './security-report-document.ts';

/** Writes a pending report; one that has ended stays as it is. Fails with `not_found`, or as the event store does. */
export async function writeSecurityReport(context: Context, id: string): Promise<void> {
  const { db } = context.control;
  const found = await securityReportById(db, id);
  if (found === undefined) throw new AppError('not_found', { public: `there is no security report ${id}` });
  const { report } = found;
  if (report.state !== 'pending') return;
  const scope: Scope = {
    organization: await requireOrganization(db, report.organizationId),
    actor: { type: 'system', id: 'write-security-report', label: 'security reports', from: 'local', via: 'jobs' },
    permissions: new Set(['aggregates:read']),
  };
  await finishSecurityReport(db, id, { body: await composeSecurityReport(context, scope, report) });
}

/** Gives a pending report up. @param reason for people; whoever may read the report reads it */
export async function abandonSecurityReport(context: Context, id: string, reason: string): Promise<void> {
  await finishSecurityReport(context.control.db, id, { failure: reason });
}
