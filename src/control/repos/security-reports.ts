import { randomUUID } from 'node:crypto';
import type { CalendarDay } from '../../model/calendar-day.ts';
import type { Actor } from '../../model/scope.ts';
import { appendAudit } from '../audit.ts';
import type { SecurityReportRow, SecurityReportState } from '../tables.ts';
import { emailText } from '../text-rules.ts';
import { type Db, inTransaction, type Trx } from '../transaction.ts';
import { enqueue } from './jobs.ts';

/** Kind of the job that writes a report; its payload is `{reportId}`. */
const WRITE_SECURITY_REPORT = 'write-security-report';

/** A report about one organization that somebody asked for, without what it says. */
export interface SecurityReport {
  readonly id: string;
  readonly organizationId: number;
  readonly requestedBy: Actor;
  /** Whom it is meant for; '' where nobody was named. */
  readonly email: string;
  /** First and last day, in UTC. */
  readonly startDate: CalendarDay;
  readonly endDate: CalendarDay;
  readonly state: SecurityReportState;
  /** Why it could not be written. */
  readonly error: string | null;
  readonly createdAt: string;
  readonly finishedAt: string | null;
}

export interface NewSecurityReport {
  readonly organizationId: number;
  /** '' or absent for nobody. */
  readonly email?: string;
  readonly startDate: CalendarDay;
  readonly endDate: CalendarDay;
  readonly actor: Actor;
}

/** Books a report and queues the job that writes it: neither is there without the other. Fails with `bad_request`. */
export async function requestSecurityReport(db: Db, input: NewSecurityReport): Promise<SecurityReport> {
  const email = input.email ? emailText('email', input.email) : '';
  return inTransaction(db, async (trx) => {
    const row = await trx
      .insertInto('securityReports')
      .values({
        id: randomUUID(),
        organizationId: input.organizationId,
        requestedBy: JSON.stringify(input.actor),
        email,
        startDate: input.startDate,
        endDate: input.endDate,
        state: 'pending',
        createdAt: new Date().toISOString(),
      })
      .returningAll()
      .executeTakeFirstOrThrow();
    const report = toReport(row);
    const { id, organizationId } = report;
    await enqueue(trx, { kind: WRITE_SECURITY_REPORT, payload: { reportId: id }, organizationId });
    await audit(trx, report, 'security_report.request');
    return report;
  });
}

/** How writing a report ended: what it says, any JSON value, or why there is none. */
export type SecurityReportEnd = { readonly body: unknown } | { readonly failure: string };

/** Ends a pending report in the name of who asked for it. False when it had ended before: its end stands. */
export function finishSecurityReport(db: Db, id: string, end: SecurityReportEnd): Promise<boolean> {
  const outcome =
    'body' in end
      ? ({ state: 'ready', body: JSON.stringify(end.body) } as const)
      : ({ state: 'failed', error: end.failure } as const);
  return inTransaction(db, async (trx) => {
    const row = await trx
      .updateTable('securityReports')
      .set({ ...outcome, finishedAt: new Date().toISOString() })
      .where('id', '=', id)
      .where('state', '=', 'pending')
      .returningAll()
      .executeTakeFirst();
    if (row === undefined) return false;
    await audit(trx, toReport(row), 'security_report.finish');
    return true;
  });
}

/** A report with what it says: any JSON value, null while it is not ready. */
export interface WrittenSecurityReport {
  readonly report: SecurityReport;
  readonly body: unknown;
}

export async function securityReportById(db: Db, id: string): Promise<WrittenSecurityReport | undefined> {
  const row = await db.selectFrom('securityReports').selectAll().where('id', '=', id).executeTakeFirst();
  return row && { report: toReport(row), body: row.body === null ? null : JSON.parse(row.body) };
}

/** Reports about one organization, newest first. */
export async function listSecurityReports(
  db: Db,
  { organizationId, limit }: { organizationId: number; limit: number },
): Promise<SecurityReport[]> {
  const rows = await db
    .selectFrom('securityReports')
    .select(['id', 'organizationId', 'requestedBy', 'email', 'startDate', 'endDate'])
    .select(['state', 'error', 'createdAt', 'finishedAt'])
    .where('organizationId', '=', organizationId)
    .orderBy('createdAt', 'desc')
    .orderBy('id')
    .limit(limit)
    .execute();
  return rows.map(toReport);
}

function audit(trx: Trx, report: SecurityReport, action: string): Promise<void> {
  const { email, startDate, endDate, error } = report;
  return appendAudit(trx, {
    actor: report.requestedBy,
    action,
    objectType: 'security_report',
    objectId: report.id,
    organizationId: report.organizationId,
    result: report.state === 'failed' ? 'failure' : 'success',
    detail: { email, startDate, endDate, ...(error !== null && { error }) },
  });
}

function toReport(row: Omit<SecurityReportRow, 'body'>): SecurityReport {
  const { id, organizationId, email, startDate, endDate, state, error, createdAt, finishedAt } = row;
  const requestedBy: Actor = JSON.parse(row.requestedBy);
  return { id, organizationId, requestedBy, email, startDate, endDate, state, error, createdAt, finishedAt };
}
