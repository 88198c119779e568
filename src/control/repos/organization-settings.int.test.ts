import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openTestControl } from '../../../test/test-control.ts';
import type { Actor } from '../../model/scope.ts';
import { verifyAudit } from '../audit.ts';
import type { Control } from '../database.ts';
import { putOrganizationSetting, removeOrganizationSetting, settingsUpwardsOf } from './organization-settings.ts';
import { createOrganization } from './organizations.ts';

const actor: Actor = { type: 'operator', id: 'local', label: 'operator', from: 'local', via: 'cli' };

let dir: string;
let control: Control;

beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'belfry-organization-settings-'));
  control = await openTestControl(join(dir, 'control.db'));
});

afterEach(async () => {
  await control.close();
  await rm(dir, { recursive: true });
});

/** `a` over `b` over `c`, and `d` beside them. */
async function plantTree() {
  const make = (slug: string, parentId?: number) =>
    createOrganization(control.db, { slug, name: slug, actor, parentId: parentId ?? null });
  const a = await make('a');
  const b = await make('b', a.id);
  return { a: a.id, b: b.id, c: (await make('c', b.id)).id, d: (await make('d')).id };
}

const put = (organizationId: number, name: string, value: unknown) =>
  putOrganizationSetting(control.db, { organizationId, name, value, actor });
const upwardsOf = async (organizationId: number) =>
  (await settingsUpwardsOf(control.db, organizationId)).map((row) => [row.organizationId, row.name, row.value]);

describe('settings of organizations', () => {
  it('are found upwards, the nearest first, and never beside or below', async () => {
    const { a, b, c, d } = await plantTree();
    await put(a, 'x', 1);
    await put(c, 'x', { deep: ['3'] });
    await put(b, 'y', 'text');
    await put(d, 'x', 4);
    expect(await upwardsOf(c)).toEqual([
      [c, 'x', { deep: ['3'] }],
      [b, 'y', 'text'],
      [a, 'x', 1],
    ]);
    expect(await upwardsOf(a)).toEqual([[a, 'x', 1]]);
  });

  it('are replaced and taken back, each change in the trail with what was before', async () => {
    const { a } = await plantTree();
    await put(a, 'x', 1);
    await put(a, 'x', [2]);
    const place = { organizationId: a, name: 'x', actor };
    await removeOrganizationSetting(control.db, place);
    await removeOrganizationSetting(control.db, place);
    expect(await upwardsOf(a)).toEqual([]);
    const entries = await control.db
      .selectFrom('auditEntries')
      .select(['action', 'objectId', 'organizationId', 'detail'])
      .where('objectType', '=', 'organization_setting')
      .orderBy('seq')
      .execute();
    expect(entries).toEqual(
      [
        { action: 'organization.put_setting', detail: '{"from":null,"to":1}' },
        { action: 'organization.put_setting', detail: '{"from":1,"to":[2]}' },
        { action: 'organization.remove_setting', detail: '{"from":[2],"to":null}' },
      ].map((entry) => ({ ...entry, objectId: `${a}/x`, organizationId: a })),
    );
    expect(await verifyAudit(control.db)).not.toHaveProperty('fault');
  });

  it('need an organization', async () => {
    await expect(put(7, 'x', 1)).rejects.toMatchObject({ code: 'not_found' });
  });
});
