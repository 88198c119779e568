import { readTopSharedKeys } from '../../events/queries/key-counts.ts';
import { lookUpLabels } from '../../events/queries/labels.ts';
import type { Scope } from '../../model/scope.ts';
import type { CategoryReference, RequestCounts } from '../../model/traffic.ts';
import type { Context } from '../context.ts';
import { categoryReferences } from '../traffic/category-references.ts';
import type { TopRequest } from '../traffic/traffic-question.ts';
import { customerQuestion } from './customers-of.ts';

export interface SharedDestination extends RequestCounts {
  /** Domain, or address where there is only that. */
  readonly destination: string;
  /** Every category that any customer's logs ever gave it. */
  readonly categories: readonly CategoryReference[];
  /** How many customers have requests to it. */
  readonly customers: number;
}

/** Destinations of all customers' requests, most requests first. */
export async function requestsByDestination(
  context: Context,
  scope: Scope,
  request: TopRequest,
): Promise<SharedDestination[]> {
  const { question } = await customerQuestion(context, scope, request);
  const { organizationIds } = question;
  if (organizationIds.length === 0) return [];
  const rows = await readTopSharedKeys(context.events, question, 'destination', request);
  const keys = rows.map((row) => row.key);
  const labels = await lookUpLabels(context.events, organizationIds, 'destination', keys);
  const ids = [...labels.values()].flatMap((label) => label.categories);
  const reference = await categoryReferences(context, organizationIds, ids);
  return rows.map(({ key, label, organizations, ...counts }) => ({
    ...counts,
    destination: label,
    categories: (labels.get(key)?.categories ?? []).map(reference),
    customers: organizations,
  }));
}
