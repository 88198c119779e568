import { readTopUrls } from '../../events/queries/top-urls.ts';
import type { Scope } from '../../model/scope.ts';
import type { TopUrl } from '../../model/traffic.ts';
import type { Context } from '../context.ts';
import { categoryReferences } from './category-references.ts';
import { type TopRequest, trafficQuestion } from './traffic-question.ts';

/** Paths of web requests by requests; of one domain when the filter names it, else of all. */
export async function topUrls(context: Context, scope: Scope, request: TopRequest): Promise<TopUrl[]> {
  const question = trafficQuestion(scope, request, { kinds: ['web'] });
  const rows = await readTopUrls(context.events, question, request);
  const ids = rows.flatMap((row) => row.categories);
  const reference = await categoryReferences(context, question.organizationIds, ids);
  return rows.map((row) => ({ ...row, categories: row.categories.map(reference) }));
}
