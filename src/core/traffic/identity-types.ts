import { type IdentityCount, readActiveIdentities, readKnownIdentities } from '../../events/queries/identity-types.ts';
import { readKeyCounts } from '../../events/queries/key-counts.ts';
import { lookUpLabels } from '../../events/queries/labels.ts';
import { IDENTITY_TYPES } from '../../model/identity-types.ts';
import type { EventQuery } from '../../model/query.ts';
import type { Scope } from '../../model/scope.ts';
import type { DeploymentCount, IdentityTypeShare } from '../../model/traffic.ts';
import type { Context } from '../context.ts';
import { byRequests } from './by-requests.ts';
import { trafficQuestion } from './traffic-question.ts';

/** Requests and different identities of each identity type that made any, most requests first. */
export async function identityDistribution(
  context: Context,
  scope: Scope,
  query: EventQuery,
): Promise<IdentityTypeShare[]> {
  const question = trafficQuestion(scope, query);
  const rows = await readKeyCounts(context.events, question, 'identityType');
  const keys = rows.map((row) => row.key);
  const labels = await lookUpLabels(context.events, question.organizationIds, 'identityType', keys);
  const identities = countsByType(await readActiveIdentities(context.events, question));
  return rows
    .map(({ key, requests, allowed, blocked }) => {
      const type = labels.get(key)?.label ?? '';
      return { type, requests, allowed, blocked, identities: identities.get(type) ?? 0 };
    })
    .sort(
      byRequests(
        (share) => share.requests,
        (share) => share.type,
      ),
    );
}

/** For each identity type of the organization, how many identities it has and how many were active in the range. */
export async function deploymentStatus(context: Context, scope: Scope, query: EventQuery): Promise<DeploymentCount[]> {
  const question = trafficQuestion(scope, query);
  const known = await readKnownIdentities(context.events, question.organizationIds);
  const active = await readActiveIdentities(context.events, question);
  return deploymentCounts(known, active);
}

/** Both lists are about one organization. Its types come in the order of the table of types. */
export function deploymentCounts(known: readonly IdentityCount[], active: readonly IdentityCount[]): DeploymentCount[] {
  const [totals, actives] = [countsByType(known), countsByType(active)];
  return IDENTITY_TYPES.flatMap(({ type }) => {
    const total = totals.get(type);
    return total === undefined ? [] : [{ type, active: actives.get(type) ?? 0, total }];
  });
}

function countsByType(counts: readonly IdentityCount[]): Map<string, number> {
  return new Map(counts.map(({ type, identities }) => [type, identities]));
}
