import {
  listSecurityReports as list,
  requestSecurityReport as request,
  type SecurityReport,
  securityReportById,
} from '../../control/repos/security-reports.ts';
import { addDays, type CalendarDay, type DaySpan, dayOf, daysIn } from '../../model/calendar-day.ts';
import { AppError, badInput } from '../../model/errors.ts';
import type { Organization } from '../../model/organization.ts';
import type { Scope } from '../../model/scope.ts';
import type { Context } from '../context.ts';
import { requirePermission } from '../permission.ts';
import { narrow } from '../tokens/resolve-scope.ts';
import type { SecurityReportDocument } from './security-report-document.ts';

export type { SecurityReport };

export interface SecurityReportRequest {
  /** Number of the scope's organization or of one below it, as the caller spells it. */
  readonly customer: string;
  /** Whom it is meant for; nothing is sent. */
  readonly email?: string | undefined;
  /** 30 days up to the last where absent. */
  readonly startDate?: CalendarDay | undefined;
  /** Today in UTC where absent. */
  readonly endDate?: CalendarDay | undefined;
}

export interface RequestedSecurityReport {
  readonly report: SecurityReport;
  readonly organization: Organization;
}

/**
 * Books a report about a customer; a job writes it soon after. Permission `customers:write`.
 *
 * @throws AppError `foreign_organization` for a customer out of reach, existing or not; `bad_request`
 */
export async function requestSecurityReport(
  context: Context,
  scope: Scope,
  input: SecurityReportRequest,
): Promise<RequestedSecurityReport> {
  requirePermission(scope, 'customers:write');
  const organization = await narrow(context, scope.organization, input.customer);
  const report = await request(context.control.db, {
    ...spanOf(input, context.now()),
    organizationId: organization.id,
    email: input.email ?? '',
    actor: scope.actor,
  });
  return { report, organization };
}

const DEFAULT_DAYS = 30;
const MOST_DAYS = 366;
/** No log is older, and events before it are refused. */
const FIRST_DAY = '1970-01-01';

function spanOf(given: Pick<SecurityReportRequest, 'startDate' | 'endDate'>, nowMs: number): DaySpan {
  const endDate = given.endDate ?? dayOf(nowMs);
  const startDate = given.startDate ?? addDays(endDate, 1 - DEFAULT_DAYS);
  if (startDate > endDate) throw badInput('startDate', startDate, `startDate ${startDate} is later than ${endDate}`);
  if (startDate < FIRST_DAY) throw badInput('startDate', startDate, `startDate must not be before ${FIRST_DAY}`);
  const days = daysIn({ startDate, endDate });
  if (days <= MOST_DAYS) return { startDate, endDate };
  throw badInput('startDate', startDate, `a report covers at most ${MOST_DAYS} days, not ${days}`);
}

/** Reports about the scope's organization, newest first. Permission `aggregates:read`. */
export async function listSecurityReports(
  context: Context,
  scope: Scope,
  { limit }: { readonly limit: number },
): Promise<SecurityReport[]> {
  requirePermission(scope, 'aggregates:read');
  return list(context.control.db, { organizationId: scope.organization.id, limit });
}

export interface ReadSecurityReport {
  readonly report: SecurityReport;
  /** Null while it is not ready. */
  readonly document: SecurityReportDocument | null;
}

/** Fails with `not_found`, also for a report about another organization. Permission `aggregates:read`. */
export async function readSecurityReport(context: Context, scope: Scope, id: string): Promise<ReadSecurityReport> {
  requirePermission(scope, 'aggregates:read');
  const found = await securityReportById(context.control.db, id);
  if (found?.report.organizationId !== scope.organization.id) throw noReport(id);
  return { report: found.report, document: found.body as SecurityReportDocument | null };
}

function noReport(id: string): AppError {
  const message = 'no security report has this id';
  return new AppError('not_found', { public: message, faults: [{ where: 'id', value: id.slice(0, 200), message }] });
}
