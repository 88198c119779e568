import { deleteApiClient, disableApiClient, resetApiClientSecret } from '../../../src/control/repos/api-clients.ts';
import { createUser, disableUser } from '../../../src/control/repos/users.ts';
import type { Organization } from '../../../src/model/organization.ts';
import { basicAuth } from '../../basic-auth.ts';
import type { Credential } from '../../contract/dialect-contract.ts';
import { nativeContract } from '../../contract/native.ts';
import { usmAnywhereContract } from '../../contract/usm-anywhere.ts';
import { basicOf, tokenFor } from '../../umbrella-credentials.ts';
import { TEST_ACTOR, type World } from '../../world.ts';

const basic = (user: string, password: string): Credential => ({ authorization: basicAuth(user, password) });

const bearer = (token: string): Credential => ({ authorization: `Bearer ${token}` });

/** What no Umbrella surface takes, by name. Each is, or was, of the organization. */
export async function badCredentials(world: World, organization: Organization): Promise<Record<string, Credential>> {
  const good = await world.createClient(organization);
  const { id } = good.client;
  const token = await tokenFor(world, basicOf(good));
  const word = String(token.authorization).replace('Bearer ', '');
  const [head, , signature] = word.split('.');
  const claims = Buffer.from(JSON.stringify({ sub: `org/${organization.id}/user/x`, client_id: id })).toString(
    'base64url',
  );
  return {
    none: {},
    'an empty header': { authorization: '' },
    'a scheme alone': { authorization: 'Bearer' },
    'another scheme': { authorization: `Digest username="${id}"` },
    'a wrong secret': basic(id, '0'.repeat(32)),
    'an unknown key': basic('0'.repeat(32), good.secret),
    'an empty key and secret': basic('', ''),
    'garbage for a token': bearer('x.y.z'),
    'ten thousand bytes of token': bearer('x'.repeat(10_000)),
    'a token of other claims': bearer(`${head}.${claims}.${signature}`),
    'a token without a signature': bearer(`${head}.${word.split('.')[1]}.`),
    'an id for a token': bearer(id),
    'a secret for a token': bearer(good.secret),
    'a token for a secret': basic(id, word),
    'the operator': bearer(world.deps.operatorToken),
    'a person of the organization': await nativeContract.signIn(world, organization),
    'a token of USM Anywhere': await usmAnywhereContract.signIn(world, organization),
    ...(await endedCredentials(world, organization)),
  };
}

/** Keys and tokens that were good. */
async function endedCredentials(world: World, organization: Organization): Promise<Record<string, Credential>> {
  const { db } = world.context.control;
  const actor = TEST_ACTOR;
  const owner = await createUser(db, {
    email: 'owner@example.org',
    name: 'Owner',
    password: 'a password for tests',
    role: 'manager',
    organizationId: organization.id,
    actor,
  });
  const disabled = await world.createClient(organization);
  const owned = await world.createClient(organization, { ownerUserId: owner.id });
  const deleted = await world.createClient(organization);
  const renewed = await world.createClient(organization);
  const other = await world.createClient(organization, { api: 'usm-anywhere' });
  const now = world.nowMs;
  world.nowMs = now - 3_601_000;
  const expired = await tokenFor(world, basicOf(await world.createClient(organization)));
  world.nowMs = now;
  const ended = {
    'an expired token': expired,
    'a token of a disabled client': await tokenFor(world, basicOf(disabled)),
    'a token of a deleted client': await tokenFor(world, basicOf(deleted)),
    'a token of a client whose owner is disabled': await tokenFor(world, basicOf(owned)),
    'a token of before the secret was reset': await tokenFor(world, basicOf(renewed)),
    'the key of a disabled client': basicOf(disabled),
    'the key of a deleted client': basicOf(deleted),
    'the key of a client whose owner is disabled': basicOf(owned),
    'the secret of before it was reset': basicOf(renewed),
    'the key of a client of another surface': basicOf(other),
  };
  await disableApiClient(db, { id: disabled.client.id, actor });
  await deleteApiClient(db, { id: deleted.client.id, actor });
  await disableUser(db, { id: owner.id, actor });
  await resetApiClientSecret(db, { id: renewed.client.id, actor });
  return ended;
}
