import type { Organization } from '../src/model/organization.ts';
import { basicAuth } from './basic-auth.ts';
import type { Credential } from './contract/dialect-contract.ts';
import type { World } from './world.ts';

export interface KeyAndSecret {
  readonly client: { readonly id: string };
  readonly secret: string;
}

/** Key and secret, as clients of v1 send them with each request, and those of v2 for a token. */
export function basicOf({ client, secret }: KeyAndSecret): Credential {
  return { authorization: basicAuth(client.id, secret) };
}

/** The token that v2 issues for a key, and for whatever else the headers name. */
export async function tokenFor({ app }: World, headers: Credential): Promise<Credential> {
  const answer = await app.inject({ url: '/auth/v2/token', headers });
  return { authorization: `Bearer ${answer.json().access_token}` };
}

/** A token of a new client. All scopes where none are named. */
export async function signIn(
  world: World,
  organization: Organization,
  scopes: readonly string[] | null = null,
): Promise<Credential> {
  return tokenFor(world, basicOf(await world.createClient(organization, { scopes })));
}
