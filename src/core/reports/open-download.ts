import { access } from 'node:fs/promises';
import { join } from 'node:path';
import { isWithin, organizationById } from '../../control/repos/organizations.ts';
import { auditReport, reportById } from '../../control/repos/reports.ts';
import { inTransaction } from '../../control/transaction.ts';
import { AppError } from '../../model/errors.ts';
import type { Organization } from '../../model/organization.ts';
import type { Report, ReportFile } from '../../model/report.ts';
import type { Actor, Scope } from '../../model/scope.ts';
import type { ControlContext } from '../context.ts';
import { requirePermission } from '../permission.ts';
import type { ReportShelf } from './report-work.ts';

/** A report whose file is there. */
export interface Download {
  readonly report: Report;
  readonly file: ReportFile;
  readonly path: string;
  /** The one it is about; null when that was deleted since. */
  readonly organization: Organization | null;
}

/**
 * The file of a report, for whoever has a link to it (scope null) or may read it: permission `reports:read` in the
 * organization it is about or above it. Fails with `not_found` for every other report, and for one without a file.
 */
export async function openDownload(
  context: ControlContext,
  scope: Scope | null,
  { id, shelf }: { readonly id: string; readonly shelf: ReportShelf },
): Promise<Download> {
  if (scope !== null) requirePermission(scope, 'reports:read');
  const report = await reportById(context.control.db, id);
  const file = report?.file;
  if (report === undefined || !file || report.state !== 'ready') throw noReport();
  if (Date.parse(file.expiresAt) <= context.now() || !(await mayRead(context, scope, report))) throw noReport();
  const organization = await organizationById(context.control.db, report.organizationId);
  const path = join(shelf.folder, file.name);
  if (context.control.shared) await requireWithinReach(path);
  return { report, file, path, organization: organization ?? null };
}

/** Processes that share a control database may each have a disk of their own. */
async function requireWithinReach(path: string): Promise<void> {
  await access(path).catch((cause: unknown) => {
    throw new AppError('unavailable', {
      public: 'the file of this report is not on a disk that this process can read',
      internal: `${path} is missing: processes that write and serve reports need one BELFRY_DATA`,
      cause,
    });
  });
}

async function mayRead(context: ControlContext, scope: Scope | null, { organizationId }: Report): Promise<boolean> {
  if (scope === null) return true;
  return isWithin(context.control.db, { organizationId, rootId: scope.organization.id });
}

function noReport(): AppError {
  return new AppError('not_found', { public: 'there is no such report, or it has expired' });
}

/**
 * Notes that the file of a report was fetched.
 *
 * @param reader who did, or, of whoever has a link, only from where
 */
export async function noteDownload(
  context: ControlContext,
  { report }: Download,
  reader: Actor | { readonly from: string },
): Promise<void> {
  const byLink = !('type' in reader);
  const actor: Actor = byLink ? { ...report.requestedBy, from: reader.from } : reader;
  await inTransaction(context.control.db, (trx) =>
    auditReport(trx, report, { action: 'report.download', actor, ...(byLink && { detail: { byLink } }) }),
  );
}
