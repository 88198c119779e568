import { readKeyCountsByOrganization } from '../../events/queries/customers.ts';
import type { Organization } from '../../model/organization.ts';
import type { EventQuery } from '../../model/query.ts';
import type { Scope } from '../../model/scope.ts';
import type { Context } from '../context.ts';
import { byRequests } from '../traffic/by-requests.ts';
import { categoryLabel, categoryReferences } from '../traffic/category-references.ts';
import { byOrganization } from './by-organization.ts';
import { customerQuestion } from './customers-of.ts';
import type { SharedCategory } from './requests-by-category.ts';

export interface CustomerCategories {
  readonly organization: Organization;
  /** Categories of the customer's requests, most requests first; `customers` counts all customers that have the category. */
  readonly counts: readonly SharedCategory[];
}

/** For every customer, its requests of each category. First those with the most, requests of two categories counted twice. */
export async function categoryRequestsByCustomer(
  context: Context,
  scope: Scope,
  query: EventQuery,
): Promise<CustomerCategories[]> {
  const { customers, question } = await customerQuestion(context, scope, query);
  if (customers.length === 0) return [];
  const rows = await readKeyCountsByOrganization(context.events, question, 'category');
  const ids = rows.map((row) => Number(row.key));
  const reference = await categoryReferences(context, question.organizationIds, ids);
  const sharing = countKeys(rows);
  const rowsOf = byOrganization(rows);
  return customers
    .map((organization) => ({
      organization,
      counts: (rowsOf.get(organization.id) ?? [])
        .map(({ key, requests, allowed, blocked }) => {
          return { category: reference(Number(key)), requests, allowed, blocked, customers: sharing.get(key) ?? 0 };
        })
        .sort(BY_REQUESTS),
    }))
    .sort(byRequests(totalOf, ({ organization }) => organization.name));
}

const BY_REQUESTS = byRequests<SharedCategory>(
  (count) => count.requests,
  (count) => categoryLabel(count.category),
);

function countKeys(rows: readonly { readonly key: string }[]): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const { key } of rows) counts.set(key, (counts.get(key) ?? 0) + 1);
  return counts;
}

function totalOf({ counts }: CustomerCategories): number {
  return counts.reduce((sum, count) => sum + count.requests, 0);
}
