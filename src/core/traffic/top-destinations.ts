import { readTopKeys } from '../../events/queries/key-counts.ts';
import { lookUpLabels } from '../../events/queries/labels.ts';
import type { Scope } from '../../model/scope.ts';
import type { TopDestination } from '../../model/traffic.ts';
import type { Context } from '../context.ts';
import { categoryReferences } from './category-references.ts';
import { type TopRequest, trafficQuestion } from './traffic-question.ts';

/** Destinations by requests: names, and addresses of traffic that only has those. */
export async function topDestinations(context: Context, scope: Scope, request: TopRequest): Promise<TopDestination[]> {
  const question = trafficQuestion(scope, request);
  const { organizationIds } = question;
  const rows = await readTopKeys(context.events, question, 'destination', request);
  const keys = rows.map((row) => row.key);
  const labels = await lookUpLabels(context.events, organizationIds, 'destination', keys);
  const ids = [...labels.values()].flatMap((label) => [...label.categories, ...label.policyCategories]);
  const reference = await categoryReferences(context, organizationIds, ids);
  return rows.map(({ key, label, ...counts }) => ({
    ...counts,
    destination: label,
    categories: (labels.get(key)?.categories ?? []).map(reference),
    policyCategories: (labels.get(key)?.policyCategories ?? []).map(reference),
  }));
}
