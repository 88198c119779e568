import { readTopKeys } from '../../events/queries/key-counts.ts';
import { readSummariesByKey, readSummary } from '../../events/queries/summary.ts';
import type { EventQuery } from '../../model/query.ts';
import type { Scope } from '../../model/scope.ts';
import type { CategoryReference, TrafficSummary } from '../../model/traffic.ts';
import type { Context } from '../context.ts';
import { rankedCategories } from './top-categories.ts';
import { type TopRequest, trafficQuestion } from './traffic-question.ts';

export async function summarize(context: Context, scope: Scope, query: EventQuery): Promise<TrafficSummary> {
  return readSummary(context.events, trafficQuestion(scope, query));
}

export interface CategorySummary {
  readonly category: CategoryReference;
  readonly summary: TrafficSummary;
}

/** What goes with each category, most requests first. */
export async function summarizeByCategory(
  context: Context,
  scope: Scope,
  request: TopRequest,
): Promise<CategorySummary[]> {
  const question = trafficQuestion(scope, request);
  const ranked = await rankedCategories(context, question);
  const categories = ranked.slice(request.offset, request.offset + request.limit).map((top) => top.category);
  const keys = categories.map((category) => String(category.id));
  const summaries = await readSummariesByKey(context.events, question, 'category', keys);
  return categories.flatMap((category) => {
    const summary = summaries.get(String(category.id));
    return summary === undefined ? [] : [{ category, summary }];
  });
}

export interface DestinationSummary {
  readonly destination: string;
  readonly summary: TrafficSummary;
}

/** What goes with each domain or web host, most requests first. */
export async function summarizeByDestination(
  context: Context,
  scope: Scope,
  request: TopRequest,
): Promise<DestinationSummary[]> {
  const question = trafficQuestion(scope, request, { kinds: ['dns', 'web'] });
  const rows = await readTopKeys(context.events, question, 'destination', request);
  const keys = rows.map((row) => row.key);
  const summaries = await readSummariesByKey(context.events, question, 'destination', keys);
  return rows.flatMap(({ key, label }) => {
    const summary = summaries.get(key);
    return summary === undefined ? [] : [{ destination: label, summary }];
  });
}
