import { createUser } from '../../src/control/repos/users.ts';
import { permissionsOfRole } from '../../src/core/users/permissions-of-role.ts';
import { permissionsOf as clumioPermissions, ROLES } from '../../src/dialects/clumio/roles.ts';
import { ALL_SCOPES, permissionsOf as umbrellaPermissions } from '../../src/dialects/kit/umbrella/scopes.ts';
import { permissionsOf as usmPermissions } from '../../src/dialects/kit/usm/scopes.ts';
import type { Organization } from '../../src/model/organization.ts';
import { PERMISSIONS, type Permission } from '../../src/model/scope.ts';
import { basicAuth } from '../basic-auth.ts';
import { clumioToken, type Headers } from '../clumio-api.ts';
import { basicOf, tokenFor } from '../umbrella-credentials.ts';
import { usmClient } from '../usm-api.ts';
import { TEST_ACTOR, type World } from '../world.ts';
import type { Surface } from './route-policies.ts';

/** A credential and what it is good for. */
export interface Caller {
  readonly name: string;
  /** Where it is taken; a key is taken for requests by v1 alone, by the others for tokens. */
  readonly surfaces: readonly Surface[];
  readonly kind: 'key' | 'token' | 'person' | 'operator';
  /** Whether it reaches what is above the organization that is asked about. */
  readonly isAbove: boolean;
  readonly permissions: ReadonlySet<Permission>;
  readonly headers: Headers;
}

/** Callers of one organization below the provider, with each single scope or role of each surface, and the operator. */
export async function callersOf(world: World, organization: Organization): Promise<Caller[]> {
  const umbrella = [...ALL_SCOPES.map((scope) => [scope]), null];
  const usm = [['read'], ['write'], ['trust'], null];
  return [
    operatorOf(world),
    { ...(await personOf(world, world.organizations.provider, 'manager')), isAbove: true },
    ...(await inTurn(['manager', 'analyst', 'viewer'] as const, (role) => personOf(world, organization, role))),
    await centralKey(world, organization),
    ...(await inTurn(umbrella, (scopes) => umbrellaKey(world, organization, scopes))),
    ...(await inTurn(umbrella, (scopes) => umbrellaToken(world, organization, scopes))),
    ...(await inTurn(usm, (scopes) => usmToken(world, organization, { surface: 'usm-anywhere', scopes }))),
    ...(await inTurn(usm, (scopes) => usmToken(world, organization, { surface: 'usm-central', scopes }))),
    ...(await inTurn(ROLES, (role) => clumioCaller(world, organization, role))),
  ];
}

async function inTurn<Item, Result>(items: readonly Item[], make: (item: Item) => Promise<Result>): Promise<Result[]> {
  const made: Result[] = [];
  for (const item of items) made.push(await make(item));
  return made;
}

export function operatorOf(world: World): Caller {
  return {
    name: 'the operator',
    surfaces: ['native'],
    kind: 'operator',
    isAbove: true,
    permissions: new Set(PERMISSIONS),
    headers: { authorization: `Bearer ${world.deps.operatorToken}` },
  };
}

export async function personOf(
  world: World,
  organization: Organization,
  role: 'manager' | 'analyst' | 'viewer',
): Promise<Caller> {
  const email = `${role}@${organization.slug}.example`;
  const password = 'a password for tests';
  await createUser(world.context.control.db, {
    email,
    password,
    name: `${role} of ${organization.slug}`,
    role,
    organizationId: organization.id,
    actor: TEST_ACTOR,
  });
  return {
    name: `${role} of ${organization.slug}`,
    surfaces: ['native'],
    kind: 'person',
    isAbove: false,
    permissions: permissionsOfRole(role),
    headers: { authorization: basicAuth(email, password) },
  };
}

type Scopes = readonly string[] | null;

export async function umbrellaKey(world: World, organization: Organization, scopes: Scopes = null): Promise<Caller> {
  return {
    name: `v1 key of ${organization.slug}, ${scopes ?? 'all scopes'}`,
    surfaces: ['umbrella-v1', 'umbrella-v2', 'usm-anywhere'],
    kind: 'key',
    isAbove: false,
    permissions: umbrellaPermissions(scopes),
    headers: basicOf(await world.createClient(organization, { scopes })),
  };
}

async function centralKey(world: World, organization: Organization): Promise<Caller> {
  return {
    name: `USM Central key of ${organization.slug}`,
    surfaces: ['usm-central'],
    kind: 'key',
    isAbove: false,
    permissions: usmPermissions(null),
    headers: basicOf(await world.createClient(organization, { api: 'usm-central' })),
  };
}

export async function umbrellaToken(world: World, organization: Organization, scopes: Scopes = null): Promise<Caller> {
  return {
    name: `v2 token of ${organization.slug}, ${scopes ?? 'all scopes'}`,
    surfaces: ['umbrella-v2'],
    kind: 'token',
    isAbove: false,
    permissions: umbrellaPermissions(scopes),
    headers: await tokenFor(world, basicOf(await world.createClient(organization, { scopes }))),
  };
}

export async function usmToken(
  world: World,
  organization: Organization,
  { surface, scopes = null }: { readonly surface: 'usm-anywhere' | 'usm-central'; readonly scopes?: Scopes },
): Promise<Caller> {
  const isCentral = surface === 'usm-central';
  const options = {
    client: { scopes, ...(isCentral && { api: surface }) },
    ...(isCentral && { prefix: '/api/1.1' }),
  };
  const { authorization } = await usmClient(world, organization, options);
  return {
    name: `${surface} token of ${organization.slug}, ${scopes ?? 'all scopes'}`,
    surfaces: [surface],
    kind: 'token',
    isAbove: false,
    permissions: usmPermissions(scopes),
    headers: { authorization },
  };
}

export async function clumioCaller(world: World, organization: Organization, role: string | null): Promise<Caller> {
  const scopes = role === null ? null : [role];
  return {
    name: `clumio token of ${organization.slug}, ${role ?? 'no role'}`,
    surfaces: ['clumio'],
    kind: 'token',
    isAbove: false,
    permissions: clumioPermissions(scopes),
    headers: await clumioToken(world, organization, { scopes }),
  };
}
