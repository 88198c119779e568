import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openTestControl } from '../../../test/test-control.ts';
import type { Actor } from '../../model/scope.ts';
import { verifyAudit } from '../audit.ts';
import type { Control } from '../database.ts';
import type { Db } from '../transaction.ts';
import {
  childrenOf,
  createOrganization,
  descendantIds,
  isWithin,
  listOrganizations,
  moveOrganization,
  organizationById,
  organizationBySlug,
} from './organizations.ts';

const actor: Actor = { type: 'operator', id: 'local', label: 'operator', from: 'local', via: 'cli' };

let dir: string;
let control: Control;
let db: Db;

beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'belfry-organizations-'));
  control = await openTestControl(join(dir, 'control.db'));
  db = control.db;
});

afterEach(async () => {
  await control.close();
  await rm(dir, { recursive: true });
});

const create = (slug: string, parentId?: number, name = `The ${slug}`) =>
  createOrganization(db, { slug, name, actor, ...(parentId !== undefined && { parentId }) });

/** provider (1000001) over north (2) over harbour (4), and south (3). */
async function plantTree() {
  const provider = await create('provider');
  const north = await create('north', provider.id);
  const south = await create('south', provider.id);
  const harbour = await create('harbour', north.id);
  return { provider, north, south, harbour };
}

describe('organizations', () => {
  it('are numbered from 1000001 and found by number and slug', async () => {
    const { provider, harbour } = await plantTree();
    expect([provider.id, harbour.id]).toEqual([1000001, 1000004]);
    expect(provider).toMatchObject({ slug: 'provider', name: 'The provider', parentId: null });
    expect(provider.uuid).toMatch(/^[0-9a-f-]{36}$/);
    expect(provider.createdAt).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
    expect(await organizationById(db, harbour.id)).toEqual(harbour);
    expect(await organizationBySlug(db, 'harbour')).toEqual(harbour);
    expect(await organizationById(db, 7)).toBeUndefined();
  });

  it.each(['', 'North', '-north', 'north-', 'no_rth', 'a.b', 'a'.repeat(64), 'nörth', 'north\n'])(
    'refuse the slug %j',
    async (slug) => {
      await expect(create(slug)).rejects.toMatchObject({ code: 'bad_request', faults: [{ where: 'slug' }] });
    },
  );

  it.each(['a', '0', 'a-b', 'a'.repeat(63)])('accept the slug %j', async (slug) => {
    expect(await create(slug)).toMatchObject({ slug });
  });

  it.each(['', '  ', 'a\u0000b', 'x'.repeat(201)])('refuse the name %j', async (name) => {
    await expect(create('north', undefined, name)).rejects.toMatchObject({ code: 'bad_request' });
  });

  it('have slugs unique everywhere and names unique under a parent', async () => {
    const { provider, north, south } = await plantTree();
    await expect(create('harbour', south.id)).rejects.toMatchObject({ code: 'conflict', public: /slug harbour/ });
    await expect(create('other', provider.id, north.name)).rejects.toMatchObject({ code: 'conflict', public: /named/ });
    await expect(create('other', undefined, provider.name)).rejects.toMatchObject({ code: 'conflict' });
    expect(await create('other', south.id, north.name)).toMatchObject({ name: north.name });
  });

  it('need a parent that exists', async () => {
    await expect(create('north', 99)).rejects.toMatchObject({ code: 'not_found' });
  });

  it('are listed with every parent before its children', async () => {
    const { provider, north, south, harbour } = await plantTree();
    expect((await listOrganizations(db)).map((one) => one.slug)).toEqual(['provider', 'north', 'harbour', 'south']);
    await moveOrganization(db, { id: north.id, parentId: south.id, actor });
    await create('late', north.id);
    expect((await listOrganizations(db)).map((one) => one.slug)).toEqual([
      'provider',
      'south',
      'north',
      'harbour',
      'late',
    ]);
    expect(await childrenOf(db, provider.id)).toEqual([south]);
    expect(await descendantIds(db, provider.id)).toEqual([north.id, south.id, harbour.id, 1000005]);
  });

  it('know what is within what', async () => {
    const { provider, north, south, harbour } = await plantTree();
    const within = (one: { id: number }, root: { id: number }) =>
      isWithin(db, { organizationId: one.id, rootId: root.id });
    expect(await within(harbour, provider)).toBe(true);
    expect(await within(harbour, harbour)).toBe(true);
    expect(await within(harbour, south)).toBe(false);
    expect(await within(north, harbour)).toBe(false);
    expect(await within({ id: 99 }, provider)).toBe(false);
  });

  it('move with all that is below them, but not under themselves or into a taken name', async () => {
    const { provider, north, south, harbour } = await plantTree();
    const move = (id: number, parentId: number | null) => moveOrganization(db, { id, parentId, actor });
    await expect(move(north.id, harbour.id)).rejects.toMatchObject({ code: 'bad_request' });
    await expect(move(north.id, north.id)).rejects.toMatchObject({ code: 'bad_request' });
    await expect(move(north.id, 99)).rejects.toMatchObject({ code: 'not_found' });
    const namesake = await create('namesake', south.id, harbour.name);
    await expect(move(namesake.id, north.id)).rejects.toMatchObject({ code: 'conflict' });
    expect(await move(north.id, null)).toMatchObject({ parentId: null });
    expect(await descendantIds(db, north.id)).toEqual([harbour.id]);
    expect(await isWithin(db, { organizationId: harbour.id, rootId: provider.id })).toBe(false);
  });

  it('write every change to the trail, and only changes', async () => {
    const { north, south } = await plantTree();
    await expect(create('north')).rejects.toThrow();
    await moveOrganization(db, { id: north.id, parentId: south.id, actor });
    const entries = await db.selectFrom('auditEntries').selectAll().orderBy('seq').execute();
    expect(entries.map((entry) => entry.action)).toEqual([
      ...Array(4).fill('organization.create'),
      'organization.move',
    ]);
    expect(entries.at(-1)).toMatchObject({ objectId: String(north.id), organizationId: north.id, actorVia: 'cli' });
    expect(await verifyAudit(db)).toMatchObject({ entries: 5 });
  });
});
