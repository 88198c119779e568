import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openWorld, TEST_ACTOR, type World } from '../../../test/world.ts';
import { createUser, disableUser, type NewUser } from '../../control/repos/users.ts';
import type { Organization } from '../../model/organization.ts';
import { PERMISSIONS, type Permission, type Scope } from '../../model/scope.ts';
import { summarizeConsole } from './console-summary.ts';
import { customerReport, customerReports } from './customer-report.ts';

let world: World;

const identities = (...pairs: readonly (readonly [string, string])[]) => ({
  time: '2026-01-15T10:00:00Z',
  kind: 'dns',
  domain: 'a.example',
  src_ip: '10.0.0.1',
  identity_labels: pairs.map(([label]) => label),
  identity_types: pairs.map(([, type]) => type),
});

beforeAll(async () => {
  world = await openWorld();
  const { provider, branch, office, stranger } = world.organizations;
  await world.load(branch, [
    identities(['Ada', 'AD Users'], ['Head office', 'Networks'], ['LAPTOP-1', 'Roaming Computers']),
    identities(['Ada', 'AD Users'], ['Bob', 'SAML Users'], ['LAPTOP-1', 'Roaming Computers']),
  ]);
  await world.load(office, [identities(['Eve', 'Chromebook Users'], ['LAPTOP-1', 'Roaming Computers'])]);
  await world.load(provider, [identities(['Zoe', 'AD Users'])]);
  await world.load(stranger, [identities(['Mallory', 'AD Users'])]);
  await makeUser(branch, 'zed', 'manager');
  await makeUser(branch, 'amy', 'manager');
  await makeUser(branch, 'viewer', 'viewer');
  const { id } = await makeUser(branch, 'gone', 'manager');
  await disableUser(world.context.control.db, { id, actor: TEST_ACTOR });
  await makeUser(stranger, 'mallory', 'manager');
});
afterAll(() => world?.close());

const makeUser = (organization: Organization, name: string, role: NewUser['role']) =>
  createUser(world.context.control.db, {
    email: `${name}@${organization.slug}.example`,
    name,
    password: 'correct horse battery',
    role,
    organizationId: organization.id,
    actor: TEST_ACTOR,
  });

function scopeOf(organization: Organization, permissions: readonly Permission[] = PERMISSIONS): Scope {
  return { organization, actor: TEST_ACTOR, permissions: new Set(permissions) };
}

describe('a customer report', () => {
  test('counts what the organization’s own logs named, and knows who manages it', async () => {
    const { branch } = world.organizations;
    expect(await customerReport(world.context, scopeOf(branch))).toEqual({
      organization: branch,
      users: 2,
      networks: 1,
      roamingClients: 1,
      managers: ['amy@branch.example', 'zed@branch.example'],
    });
  });

  test('is one for every customer, however deep, or for those who have none their own', async () => {
    const { provider, branch, office, sibling } = world.organizations;
    const rows = await customerReports(world.context, scopeOf(provider));
    expect(rows.map(({ organization, users, roamingClients }) => [organization.id, users, roamingClients])).toEqual([
      [branch.id, 2, 1],
      [office.id, 1, 1],
      [sibling.id, 0, 0],
    ]);
    expect(await customerReports(world.context, scopeOf(office))).toEqual([
      await customerReport(world.context, scopeOf(office)),
    ]);
  });
});

describe('a console', () => {
  test('has the customers and their seats, its own not counted', async () => {
    const { provider, branch, office } = world.organizations;
    expect(await summarizeConsole(world.context, scopeOf(provider))).toEqual({ customers: 3, seats: 5 });
    expect(await summarizeConsole(world.context, scopeOf(branch))).toEqual({ customers: 1, seats: 2 });
    expect(await summarizeConsole(world.context, scopeOf(office))).toEqual({ customers: 0, seats: 0 });
  });
});

test('all of them need the permission to read customers', async () => {
  const scope = scopeOf(world.organizations.provider, ['aggregates:read', 'customers:write']);
  for (const ask of [customerReport, customerReports, summarizeConsole]) {
    await expect(ask(world.context, scope)).rejects.toMatchObject({ code: 'forbidden' });
  }
});
