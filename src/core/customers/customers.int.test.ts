import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openWorld, TEST_ACTOR, type World } from '../../../test/world.ts';
import type { Organization } from '../../model/organization.ts';
import { PERMISSIONS, type Permission, type Scope } from '../../model/scope.ts';
import * as customers from './index.ts';

let world: World;

beforeAll(async () => {
  world = await openWorld();
  const { provider, branch, office, stranger } = world.organizations;
  const time = '2026-01-15T10:20:30Z';
  const dns = { time, kind: 'dns', domain: 'a.example', query_type: 'A', src_ip: '10.0.0.1' };
  await world.load(provider, [dns]);
  await world.load(stranger, [dns]);
  await world.load(branch, [dns, { ...dns, verdict: 'blocked' }]);
  await world.load(office, [{ ...dns, src_ip: '10.0.0.2' }, { ...dns, time: '2026-01-14T00:00:00Z' }, dns]);
});
afterAll(() => world?.close());

const DAY = { range: { fromMs: Date.parse('2026-01-15'), toMs: Date.parse('2026-01-16') }, filter: {} };

function scopeOf(organization: Organization, permissions: readonly Permission[] = PERMISSIONS): Scope {
  return { organization, actor: TEST_ACTOR, permissions: new Set(permissions) };
}

describe('customers', () => {
  test('are all that stands below, and nobody else', async () => {
    const { provider, branch, office, sibling } = world.organizations;
    const namesOf = async (organization: Organization) =>
      (await customers.customersOf(world.context, scopeOf(organization))).map(({ name }) => name);
    expect(await namesOf(provider)).toEqual([branch.name, office.name, sibling.name]);
    expect(await namesOf(branch)).toEqual([office.name]);
    expect(await namesOf(office)).toEqual([]);
  });

  test('every one has its requests, most first, zeros included', async () => {
    const { provider, branch, office } = world.organizations;
    const counts = await customers.requestsByCustomer(world.context, scopeOf(provider), DAY);
    expect(counts.map(({ organization, ...numbers }) => [organization.name, numbers])).toEqual([
      ['branch', { requests: 2, allowed: 1, blocked: 1 }],
      ['office', { requests: 2, allowed: 2, blocked: 0 }],
      ['sibling', { requests: 0, allowed: 0, blocked: 0 }],
    ]);
    expect(await customers.requestsByCustomer(world.context, scopeOf(branch), DAY)).toHaveLength(1);
    expect(await customers.requestsByCustomer(world.context, scopeOf(office), DAY)).toEqual([]);
  });

  test('every one has its deployments, most first', async () => {
    const { provider } = world.organizations;
    const deployments = await customers.deploymentsByCustomer(world.context, scopeOf(provider), DAY);
    expect(deployments.map(({ organization, counts }) => [organization.name, counts])).toEqual([
      ['office', [{ type: 'network', active: 2, total: 2 }]],
      ['branch', [{ type: 'network', active: 1, total: 1 }]],
      ['sibling', []],
    ]);
  });
});
