import { afterAll, beforeAll, expect, test } from 'vitest';
import { openWorld, TEST_ACTOR, type World } from '../../../test/world.ts';
import { putOrganizationSetting } from '../../control/repos/organization-settings.ts';
import { moveOrganization } from '../../control/repos/organizations.ts';
import { readOrganizationSettings } from './organization-settings.ts';

let world: World;

beforeAll(async () => {
  world = await openWorld();
});

afterAll(() => world?.close());

const put = (organizationId: number, value: unknown) =>
  putOrganizationSetting(world.context.control.db, {
    organizationId,
    name: 'securityActivityLimit',
    value,
    actor: TEST_ACTOR,
  });

test('settings in force are the nearest ones that this release takes, where the organization stands now', async () => {
  const { provider, branch, office, stranger } = world.organizations;
  const limitOf = async ({ id }: { id: number }) =>
    (await readOrganizationSettings(world.context, id)).securityActivityLimit;
  expect(await limitOf(office)).toBe(500);
  await put(provider.id, 4000);
  await put(branch.id, 'what an earlier release took');
  expect([await limitOf(provider), await limitOf(branch), await limitOf(office)]).toEqual([4000, 4000, 4000]);
  expect(await limitOf(stranger)).toBe(500);

  const { db } = world.context.control;
  await moveOrganization(db, { id: branch.id, parentId: stranger.id, actor: TEST_ACTOR });
  expect([await limitOf(branch), await limitOf(office)]).toEqual([500, 500]);
  await put(stranger.id, 20);
  expect(await limitOf(office)).toBe(20);
});
