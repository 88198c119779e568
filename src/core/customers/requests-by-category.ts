import { readSharedKeyCounts } from '../../events/queries/key-counts.ts';
import type { Scope } from '../../model/scope.ts';
import type { CategoryReference, RequestCounts } from '../../model/traffic.ts';
import type { Context } from '../context.ts';
import { byRequests } from '../traffic/by-requests.ts';
import { categoryLabel, categoryReferences } from '../traffic/category-references.ts';
import type { TopRequest } from '../traffic/traffic-question.ts';
import { customerQuestion } from './customers-of.ts';

export interface SharedCategory extends RequestCounts {
  readonly category: CategoryReference;
  /** How many customers have requests of it. */
  readonly customers: number;
}

/** Categories of all customers' requests, most requests first. */
export async function requestsByCategory(
  context: Context,
  scope: Scope,
  request: TopRequest,
): Promise<SharedCategory[]> {
  const { question } = await customerQuestion(context, scope, request);
  if (question.organizationIds.length === 0) return [];
  const rows = await readSharedKeyCounts(context.events, question, 'category');
  const ids = rows.map((row) => Number(row.key));
  const reference = await categoryReferences(context, question.organizationIds, ids);
  return rows
    .map(({ key, organizations, ...counts }) => ({
      ...counts,
      category: reference(Number(key)),
      customers: organizations,
    }))
    .sort(
      byRequests(
        (shared) => shared.requests,
        (shared) => categoryLabel(shared.category),
      ),
    )
    .slice(request.offset, request.offset + request.limit);
}
