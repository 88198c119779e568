import { descendantsOf } from '../../control/repos/organizations.ts';
import type { TrafficQuestion } from '../../events/queries/traffic-source.ts';
import type { Organization } from '../../model/organization.ts';
import type { EventQuery } from '../../model/query.ts';
import type { Scope } from '../../model/scope.ts';
import type { Context } from '../context.ts';
import { requirePermission } from '../permission.ts';
import { trafficQuestion } from '../traffic/traffic-question.ts';

/**
 * The customers of the scope's organization: all that stands below it, customers of customers included, by number. Those
 * who have none get an empty list. Permission `customers:read`.
 *
 * @throws AppError `forbidden`
 */
export async function customersOf(context: Context, scope: Scope): Promise<Organization[]> {
  requirePermission(scope, 'customers:read');
  return descendantsOf(context.control.db, scope.organization.id);
}

/** A question about all customers together. */
export interface CustomerQuestion {
  readonly customers: readonly Organization[];
  readonly question: TrafficQuestion;
}

/** @throws AppError `forbidden` */
export async function customerQuestion(context: Context, scope: Scope, query: EventQuery): Promise<CustomerQuestion> {
  const customers = await customersOf(context, scope);
  const question = trafficQuestion(scope, query, { permission: 'customers:read' });
  return { customers, question: { ...question, organizationIds: customers.map(({ id }) => id) } };
}
