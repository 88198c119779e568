import { readActiveIdentities, readKnownIdentities } from '../../events/queries/identity-types.ts';
import type { Organization } from '../../model/organization.ts';
import type { EventQuery } from '../../model/query.ts';
import type { Scope } from '../../model/scope.ts';
import type { DeploymentCount } from '../../model/traffic.ts';
import type { Context } from '../context.ts';
import { byRequests } from '../traffic/by-requests.ts';
import { deploymentCounts } from '../traffic/identity-types.ts';
import { byOrganization } from './by-organization.ts';
import { customerQuestion } from './customers-of.ts';

export interface CustomerDeployments {
  readonly organization: Organization;
  /** One for each identity type that the customer has. */
  readonly counts: readonly DeploymentCount[];
}

/** For every customer, how many identities of each type it has and how many were active; most identities first. */
export async function deploymentsByCustomer(
  context: Context,
  scope: Scope,
  query: EventQuery,
): Promise<CustomerDeployments[]> {
  const { customers, question } = await customerQuestion(context, scope, query);
  if (customers.length === 0) return [];
  const known = byOrganization(await readKnownIdentities(context.events, question.organizationIds));
  const active = byOrganization(await readActiveIdentities(context.events, question));
  return customers
    .map((organization) => {
      const counts = deploymentCounts(known.get(organization.id) ?? [], active.get(organization.id) ?? []);
      return { organization, counts };
    })
    .sort(byRequests(identitiesOf, ({ organization }) => organization.name));
}

function identitiesOf({ counts }: CustomerDeployments): number {
  return counts.reduce((sum, count) => sum + count.total, 0);
}
