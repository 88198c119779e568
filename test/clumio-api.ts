import type { NewApiClient } from '../src/control/repos/api-clients.ts';
import { writeOpaqueToken } from '../src/core/tokens/opaque-token.ts';
import type { Organization } from '../src/model/organization.ts';
import type { World } from './world.ts';

export type Headers = Readonly<Record<string, string>>;

/** Headers with a token of an organization, service or personal. */
export async function clumioToken(
  world: World,
  organization: Organization,
  options: Partial<NewApiClient> = {},
): Promise<Headers> {
  const { client, secret } = await world.createClient(organization, { api: 'clumio', ...options });
  return { authorization: `Bearer ${writeOpaqueToken({ id: client.id, secret })}` };
}

/** The context header with the uuid of an organization. */
export function inContext(headers: Headers, uuid: string): Headers {
  return { ...headers, 'x-clumio-organizationalunit-context': uuid };
}
