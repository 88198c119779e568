import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openRecordHarness, type RecordHarness } from '../../../test/record-harness.ts';
import { PERMISSIONS, type Permission, type Scope } from '../../model/scope.ts';
import type { Context } from '../context.ts';
import * as reference from './index.ts';

let harness: RecordHarness;
let context: Context;

function scopeOf(id: number, permissions: readonly Permission[] = PERMISSIONS): Scope {
  const organization = { id, uuid: '', slug: 'acme', name: 'Acme', parentId: null, createdAt: '' };
  const actor = { type: 'system', id: 'test', label: 'test', from: 'local', via: 'jobs' } as const;
  return { organization, actor, permissions: new Set(permissions) };
}
const scope = scopeOf(1);

beforeAll(async () => {
  harness = await openRecordHarness();
  const time = '2025-03-30 00:30:00.000000';
  const dns = { time, kind: 'dns', category_labels: ['Malware', 'Our own list'] };
  const dropbox = { application_labels: ['Dropbox'], application_ids: [600], application_types: ['Cloud Storage'] };
  await harness.insert(1, [
    { ...dns, src_ip: '10.0.0.1', threats: ['Evil'], threat_types: ['Worm'] },
    { ...dns, src_ip: '10.0.0.2' },
    {
      ...dns,
      ...dropbox,
      identity_labels: ['LAPTOP-07', 'Head office'],
      identity_types: ['Roaming Computers', 'Sites'],
    },
  ]);
  context = { events: harness.store, now: Date.now } as Context;
});
afterAll(() => harness?.close());

describe('reference', () => {
  test('needs its permission and knows only the organization of the scope', async () => {
    const none = scopeOf(1, ['activity:read']);
    await expect(reference.listCategories(context, none)).rejects.toMatchObject({ code: 'forbidden' });
    await expect(reference.identityById(context, none, 1)).rejects.toMatchObject({ code: 'forbidden' });
    expect(await reference.listIdentities(context, scopeOf(3), { limit: 10, offset: 0 })).toEqual([]);
    expect(await reference.threatNames(context, scopeOf(3))).toEqual([]);
  });

  test('identities by label, by part of it, by type, by id', async () => {
    const all = await reference.listIdentities(context, scope, { limit: 10, offset: 0 });
    expect(all.map((identity) => identity.label)).toEqual(['10.0.0.1', '10.0.0.2', 'Head office', 'LAPTOP-07']);
    expect(await reference.listIdentities(context, scope, { limit: 1, offset: 2 })).toEqual(all.slice(2, 3));
    expect(await reference.listIdentities(context, scope, { limit: 9, offset: 0, search: 'laptop' })).toEqual(
      all.slice(3),
    );
    expect(await reference.listIdentities(context, scope, { limit: 9, offset: 0, types: ['site'] })).toEqual(
      all.slice(2, 3),
    );
    const ids = all.map((identity) => identity.id);
    expect(await reference.identitiesByIds(context, scope, [...ids, 5, -1])).toEqual(all);
    expect(await reference.identityById(context, scope, ids[3] ?? 0)).toEqual(all[3]);
    await expect(reference.identityById(context, scope, 5)).rejects.toMatchObject({ code: 'not_found' });
  });

  test('applications, categories with the organization’s own, threats', async () => {
    const dropbox = { id: 600, label: 'Dropbox', category: 'Cloud Storage' };
    expect(await reference.listApplications(context, scope, { search: 'BOX' })).toEqual([dropbox]);
    expect(await reference.listApplications(context, scope, { search: 'slack' })).toEqual([]);
    const own = (await reference.listCategories(context, scope)).at(-1);
    expect(own).toMatchObject({ label: 'Our own list', integration: false });
    expect(await reference.threatNames(context, scope)).toEqual([{ name: 'Evil', description: 'Worm' }]);
    expect(reference.threatTypes().map((type) => type.name)).toContain('Ransomware');
  });
});
