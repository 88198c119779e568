import { type IdentityCount, readKnownIdentities } from '../../events/queries/identity-types.ts';
import type { Organization } from '../../model/organization.ts';
import type { Context } from '../context.ts';
import { byOrganization } from './by-organization.ts';

/** People, by the accounts that logs name. */
export const USER_TYPES: readonly string[] = ['directory_user', 'saml_user', 'chromebook'];

/** Computers that are protected wherever they are. */
export const ROAMING_TYPES: readonly string[] = ['roaming', 'anyconnect'];

export const NETWORK_TYPES: readonly string[] = ['network'];

/** How many identities of some types an organization ever had. */
export type CountIdentities = (organizationId: number, types: readonly string[]) => number;

export async function identityCounter(
  context: Context,
  organizations: readonly Organization[],
): Promise<CountIdentities> {
  const ids = organizations.map(({ id }) => id);
  const rows: readonly IdentityCount[] = ids.length === 0 ? [] : await readKnownIdentities(context.events, ids);
  const known = byOrganization(rows);
  return (organizationId, types) =>
    (known.get(organizationId) ?? [])
      .filter(({ type }) => types.includes(type))
      .reduce((sum, { identities }) => sum + identities, 0);
}
