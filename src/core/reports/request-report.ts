import { organizationsEverWithin } from '../../control/repos/archived-organizations.ts';
import { descendantIds } from '../../control/repos/organizations.ts';
import { bookReport } from '../../control/repos/reports.ts';
import type { Organization } from '../../model/organization.ts';
import type { Report, ReportQuestion } from '../../model/report.ts';
import type { Scope } from '../../model/scope.ts';
import type { Task } from '../../model/task.ts';
import type { Context } from '../context.ts';
import { requirePermission } from '../permission.ts';

/** A question of one type, without the reach, which is settled here; `organizationIds` narrows it. */
export type AskedQuestion = ReportQuestion extends infer Question
  ? Question extends ReportQuestion
    ? Omit<Question, 'organizationIds'> & { readonly organizationIds?: readonly number[] }
    : never
  : never;

export interface ReportRequest {
  readonly fileName: string;
  /** The filter as it was sent; '' for none. */
  readonly filters: string;
  readonly question: AskedQuestion;
  /** The organization that the credential belongs to. */
  readonly root: Organization;
}

/**
 * Books a report about an organization and all below it; a job writes it soon after. Whom it is about is settled now: what is
 * outside the reach of the scope is not found in it. Permission `reports:write`.
 */
export async function requestReport(
  context: Context,
  scope: Scope,
  { root, question, fileName, filters }: ReportRequest,
): Promise<{ report: Report; task: Task }> {
  requirePermission(scope, 'reports:write');
  const { organization, actor } = scope;
  const reach = await reachOf(context, organization.id, question.type);
  const { organizationIds: narrowed } = question;
  const organizationIds = narrowed === undefined ? reach : reach.filter((id) => narrowed.includes(id));
  const settled = { ...question, organizationIds } as ReportQuestion;
  const about = { organizationId: organization.id, rootId: root.id, fileName, filters, actor };
  return bookReport(context.control.db, { ...about, question: settled }, new Date(context.now()));
}

/** What was done in an organization that was deleted since stays in the audit trail of those above it. */
async function reachOf({ control: { db } }: Context, id: number, type: Report['type']): Promise<number[]> {
  if (type === 'audit') return (await organizationsEverWithin(db, id)).map((organization) => organization.id);
  return [id, ...(await descendantIds(db, id))];
}
