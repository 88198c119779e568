import { readTopFiles } from '../../events/queries/top-files.ts';
import type { Scope } from '../../model/scope.ts';
import type { TopFile } from '../../model/traffic.ts';
import type { Context } from '../context.ts';
import { categoryReferences } from './category-references.ts';
import { type TopRequest, trafficQuestion } from './traffic-question.ts';

/** Files of web requests by requests. */
export async function topFiles(context: Context, scope: Scope, request: TopRequest): Promise<TopFile[]> {
  const question = trafficQuestion(scope, request, { kinds: ['web'] });
  const rows = await readTopFiles(context.events, question, request);
  const ids = rows.flatMap((row) => row.categories);
  const reference = await categoryReferences(context, question.organizationIds, ids);
  return rows.map((row) => ({ ...row, categories: row.categories.map(reference) }));
}
