import { readKeyCounts } from '../../events/queries/key-counts.ts';
import type { TrafficQuestion } from '../../events/queries/traffic-source.ts';
import type { EventQuery } from '../../model/query.ts';
import type { Scope } from '../../model/scope.ts';
import type { TopCategory } from '../../model/traffic.ts';
import type { Context } from '../context.ts';
import { byRequests } from './by-requests.ts';
import { categoryLabel, categoryReferences } from './category-references.ts';
import { trafficQuestion } from './traffic-question.ts';

/** Categories by requests, all from the offset on: umbrella.md, section 7, 12. */
export async function topCategories(
  context: Context,
  scope: Scope,
  request: EventQuery & { readonly offset: number },
): Promise<TopCategory[]> {
  const categories = await rankedCategories(context, trafficQuestion(scope, request));
  return categories.slice(request.offset);
}

/** Every category of a question, most requests first. */
export async function rankedCategories(context: Context, question: TrafficQuestion): Promise<TopCategory[]> {
  const rows = await readKeyCounts(context.events, question, 'category');
  const ids = rows.map((row) => Number(row.key));
  const reference = await categoryReferences(context, question.organizationIds, ids);
  return rows
    .map(({ key, requests, bandwidth }) => ({ category: reference(Number(key)), requests, bandwidth }))
    .sort(
      byRequests(
        (top) => top.requests,
        (top) => categoryLabel(top.category),
      ),
    );
}
