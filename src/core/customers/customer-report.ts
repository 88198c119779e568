import { listUsers } from '../../control/repos/users.ts';
import type { Organization } from '../../model/organization.ts';
import type { Scope } from '../../model/scope.ts';
import type { Context } from '../context.ts';
import { requirePermission } from '../permission.ts';
import { customersOf } from './customers-of.ts';
import { identityCounter, NETWORK_TYPES, ROAMING_TYPES, USER_TYPES } from './identity-groups.ts';

/** What is known of an organization as somebody's customer. Numbers count the identities that its logs ever named. */
export interface CustomerReport {
  readonly organization: Organization;
  readonly users: number;
  readonly networks: number;
  readonly roamingClients: number;
  /** E-mail addresses of its managers who may sign in, in their order. */
  readonly managers: readonly string[];
}

/** The scope's own organization. Permission `customers:read`. */
export async function customerReport(context: Context, scope: Scope): Promise<CustomerReport> {
  requirePermission(scope, 'customers:read');
  return (await reporterOn(context, [scope.organization]))(scope.organization);
}

/** Every customer of the scope's organization, by number; itself where it has none. Permission `customers:read`. */
export async function customerReports(context: Context, scope: Scope): Promise<CustomerReport[]> {
  const customers = await customersOf(context, scope);
  const organizations = customers.length === 0 ? [scope.organization] : customers;
  return organizations.map(await reporterOn(context, organizations));
}

async function reporterOn(
  context: Context,
  organizations: readonly Organization[],
): Promise<(organization: Organization) => CustomerReport> {
  const count = await identityCounter(context, organizations);
  const managers = (await listUsers(context.control.db)).filter((user) => user.enabled && user.role === 'manager');
  return (organization) => ({
    organization,
    users: count(organization.id, USER_TYPES),
    networks: count(organization.id, NETWORK_TYPES),
    roamingClients: count(organization.id, ROAMING_TYPES),
    managers: managers.filter((user) => user.organizationId === organization.id).map((user) => user.email),
  });
}
