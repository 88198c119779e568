import { readCountsByOrganization } from '../../events/queries/customers.ts';
import type { Organization } from '../../model/organization.ts';
import type { EventQuery } from '../../model/query.ts';
import type { Scope } from '../../model/scope.ts';
import type { RequestCounts } from '../../model/traffic.ts';
import type { Context } from '../context.ts';
import { byRequests } from '../traffic/by-requests.ts';
import { customerQuestion } from './customers-of.ts';

export interface CustomerRequests extends RequestCounts {
  readonly organization: Organization;
}

/** Requests of every customer, zeros included, most first. */
export async function requestsByCustomer(
  context: Context,
  scope: Scope,
  query: EventQuery,
): Promise<CustomerRequests[]> {
  const { customers, question } = await customerQuestion(context, scope, query);
  if (customers.length === 0) return [];
  const rows = await readCountsByOrganization(context.events, question);
  const byId = new Map(rows.map(({ organizationId, ...counts }) => [organizationId, counts]));
  return customers
    .map((organization) => ({
      organization,
      ...(byId.get(organization.id) ?? { requests: 0, allowed: 0, blocked: 0 }),
    }))
    .sort(
      byRequests(
        (customer) => customer.requests,
        (customer) => customer.organization.name,
      ),
    );
}
