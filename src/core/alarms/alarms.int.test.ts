import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { testMatch } from '../../../test/alarms.ts';
import { openWorld, TEST_ACTOR, type World } from '../../../test/world.ts';
import { verifyAudit } from '../../control/audit.ts';
import type { AlarmMatch, AlarmPage } from '../../model/alarm.ts';
import type { Organization } from '../../model/organization.ts';
import { PERMISSIONS, type Permission, type Scope } from '../../model/scope.ts';
import * as alarms from './index.ts';

let world: World;

beforeAll(async () => {
  world = await openWorld();
});
afterAll(() => world?.close());

/** Every test has groups, hence alarms, of its own. */
let group = 0;
beforeEach(() => {
  group += 1;
});

const WHOLE: AlarmPage = { sort: [], limit: 1000, offset: 0 };
const LONG = 'x'.repeat(10_000);

function scopeOf(organization: Organization, permissions: readonly Permission[] = PERMISSIONS): Scope {
  return { organization, actor: TEST_ACTOR, permissions: new Set(permissions) };
}

async function raise(organization: Organization, given: Parameters<typeof testMatch>[1] = {}): Promise<AlarmMatch> {
  const match = testMatch(organization, { groupKey: `group-${group}`, ...given });
  await alarms.recordDetections(world.context, [match], { name: 'test', watermark: 1 });
  return match;
}

const labelIn = (organization: Organization, name: string) =>
  alarms.createLabel(world.context, scopeOf(organization), { name: `${name} ${group}` });

describe('alarms', () => {
  test('are read in their organization, and by providers in those above it', async () => {
    const { provider, branch, office, sibling, stranger } = world.organizations;
    const { context } = world;
    const { alarmId: id } = await raise(office);
    expect(await alarms.readAlarm(context, scopeOf(office), id)).toMatchObject({ id, organizationId: office.id });
    expect((await alarms.readAlarm(context, scopeOf(office), id.toUpperCase())).id).toBe(id);
    for (const above of [provider, branch]) {
      await expect(alarms.readAlarm(context, scopeOf(above), id)).rejects.toMatchObject({ code: 'not_found' });
      expect(await alarms.readAlarmOfCustomers(context, scopeOf(above), id)).toMatchObject({ id });
    }
    for (const beside of [sibling, stranger]) {
      await expect(alarms.readAlarmOfCustomers(context, scopeOf(beside), id)).rejects.toMatchObject({
        code: 'not_found',
      });
    }
    for (const none of ['', 'nothing', LONG, '\0', `${id} `]) {
      await expect(alarms.readAlarm(context, scopeOf(office), none)).rejects.toMatchObject({ code: 'not_found' });
    }
  });

  test('are listed with those of customers, in reach alone', async () => {
    const { provider, branch, office, sibling, stranger } = world.organizations;
    for (const organization of Object.values(world.organizations)) await raise(organization, { rule: { method: 'm' } });
    const list = { filter: { methods: ['m'] }, page: WHOLE };
    const own = await alarms.listAlarms(world.context, scopeOf(branch), list);
    expect(own.alarms.map(({ organizationId }) => organizationId)).toEqual([branch.id]);
    const idsFor = async (organization: Organization, organizationIds?: readonly number[]) => {
      const found = await alarms.listAlarmsOfCustomers(world.context, scopeOf(organization), {
        ...list,
        organizationIds,
      });
      expect(found.total).toBe(found.alarms.length);
      return found.alarms.map(({ organizationId }) => organizationId).sort((a, b) => a - b);
    };
    expect(await idsFor(provider)).toEqual([provider.id, branch.id, office.id, sibling.id]);
    expect(await idsFor(branch)).toEqual([branch.id, office.id]);
    expect(await idsFor(branch, [office.id, sibling.id, stranger.id, provider.id])).toEqual([office.id]);
    expect(await idsFor(branch, [stranger.id])).toEqual([]);
    expect(await idsFor(branch, [])).toEqual([]);
  });

  test('need permissions', async () => {
    const { branch } = world.organizations;
    const { alarmId } = await raise(branch);
    const reader = scopeOf(branch, ['alarms:read']);
    const { context } = world;
    expect(await alarms.readAlarm(context, reader, alarmId)).toMatchObject({ status: 'open' });
    const refused = [
      alarms.changeAlarm(context, reader, alarmId, { status: 'closed' }),
      alarms.addNote(context, reader, alarmId, { text: 'x' }),
      alarms.createLabel(context, reader, { name: 'x' }),
      alarms.attachLabel(context, reader, alarmId, 'x'),
      alarms.createSuppressionRule(context, reader, { name: 'x', match: { method: 'x' } }),
      alarms.deleteSuppressionRule(context, reader, 'x'),
      alarms.listAlarms(context, scopeOf(branch, ['activity:read']), { filter: {}, page: WHOLE }),
    ];
    for (const call of refused) await expect(call).rejects.toMatchObject({ code: 'forbidden' });
  });
});

describe('labels', () => {
  test('of an organization or one above it go on an alarm and off again, in the order they came', async () => {
    const { provider, branch, office, sibling } = world.organizations;
    const { alarmId } = await raise(branch);
    const [own, above] = [await labelIn(branch, 'own'), await labelIn(provider, 'above')];
    const scope = scopeOf(branch);
    await alarms.attachLabel(world.context, scope, alarmId, above.id);
    await alarms.attachLabel(world.context, scope, alarmId, own.id);
    const twice = await alarms.attachLabel(world.context, scope, alarmId, above.id.toUpperCase());
    expect(twice.labels).toEqual([above.id, own.id]);
    for (const foreign of [await labelIn(office, 'below'), await labelIn(sibling, 'beside')]) {
      for (const change of [alarms.attachLabel, alarms.detachLabel]) {
        await expect(change(world.context, scope, alarmId, foreign.id)).rejects.toMatchObject({ code: 'not_found' });
      }
    }
    for (const none of ['', 'nothing', LONG]) {
      await expect(alarms.attachLabel(world.context, scope, alarmId, none)).rejects.toMatchObject({
        code: 'not_found',
      });
      await expect(alarms.attachLabel(world.context, scope, none, own.id)).rejects.toMatchObject({ code: 'not_found' });
    }
    await alarms.detachLabel(world.context, scope, alarmId, above.id);
    expect((await alarms.detachLabel(world.context, scope, alarmId, above.id)).labels).toEqual([own.id]);
    const foreignAlarm = (await raise(sibling)).alarmId;
    await expect(alarms.attachLabel(world.context, scope, foreignAlarm, own.id)).rejects.toMatchObject({
      code: 'not_found',
    });
  });

  test('are seen below the organization that defines them, and changed there alone', async () => {
    const { provider, branch, office, stranger } = world.organizations;
    const { context } = world;
    const label = await labelIn(branch, 'seen');
    const namesIn = async (organization: Organization) =>
      (await alarms.listLabels(context, scopeOf(organization))).map(({ name }) => name);
    expect(await namesIn(office)).toContain(label.name);
    for (const outside of [provider, stranger]) expect(await namesIn(outside)).not.toContain(label.name);
    const renamed = { id: label.id, name: 'other name' };
    for (const other of [office, provider, stranger]) {
      await expect(alarms.renameLabel(context, scopeOf(other), renamed)).rejects.toMatchObject({ code: 'not_found' });
      await expect(alarms.deleteLabel(context, scopeOf(other), label.id)).rejects.toMatchObject({ code: 'not_found' });
    }
    await expect(labelIn(branch, 'seen')).rejects.toMatchObject({ code: 'conflict' });
    await expect(labelIn(office, 'seen')).resolves.toMatchObject({ organizationId: office.id });
    await alarms.renameLabel(context, scopeOf(branch), renamed);
    expect(await namesIn(office)).toContain('other name');
    await expect(alarms.createLabel(context, scopeOf(branch), { name: ' ' })).rejects.toMatchObject({
      code: 'bad_request',
    });
  });

  test('that are deleted leave the alarms that had them', async () => {
    const { branch, office } = world.organizations;
    const [gone, kept] = [await labelIn(branch, 'gone'), await labelIn(branch, 'kept')];
    const labelled = [await raise(branch), await raise(office)];
    for (const [index, { alarmId }] of labelled.entries()) {
      const scope = scopeOf(index === 0 ? branch : office);
      for (const { id } of [gone, kept]) await alarms.attachLabel(world.context, scope, alarmId, id);
    }
    await alarms.deleteLabel(world.context, scopeOf(branch), gone.id);
    for (const { alarmId } of labelled) {
      const alarm = await alarms.readAlarmOfCustomers(world.context, scopeOf(branch), alarmId);
      expect(alarm.labels).toEqual([kept.id]);
    }
    await expect(alarms.deleteLabel(world.context, scopeOf(branch), gone.id)).rejects.toMatchObject({
      code: 'not_found',
    });
  });
});

describe('who did what when', () => {
  test('is told of everything that made a difference', async () => {
    const { branch, office } = world.organizations;
    const { context } = world;
    const { alarmId } = await raise(branch);
    const scope: Scope = { ...scopeOf(branch), actor: { ...TEST_ACTOR, label: 'ana@example.org' } };
    const label = await labelIn(branch, 'told');
    await alarms.changeAlarm(context, scope, alarmId, { status: 'in_review' });
    await alarms.changeAlarm(context, scope, alarmId, { status: 'in_review' });
    await alarms.changeAlarm(context, scope, alarmId, {});
    await alarms.attachLabel(context, scope, alarmId, label.id);
    await alarms.attachLabel(context, scope, alarmId, label.id);
    const note = await alarms.addNote(context, scope, alarmId, { text: ' seen before\r\nharmless ' });
    await alarms.changeAlarm(context, scope, alarmId, { status: 'closed', suppressed: true });
    await alarms.deleteLabel(context, scope, label.id);
    const history = await alarms.listAlarmHistory(context, scope, alarmId);
    expect(history.map(({ by, action, detail }) => [by, action, detail])).toEqual([
      ['ana@example.org', 'alarm.change', { status: { from: 'open', to: 'in_review' } }],
      ['ana@example.org', 'alarm.attach_label', { label: label.name, labelId: label.id }],
      ['ana@example.org', 'alarm.add_note', { noteId: note.id }],
      [
        'ana@example.org',
        'alarm.change',
        { status: { from: 'in_review', to: 'closed' }, suppressed: { from: false, to: true } },
      ],
      [
        'ana@example.org',
        'alarm.detach_label',
        { label: label.name, labelId: label.id, reason: 'the label was deleted' },
      ],
    ]);
    expect(await alarms.listNotes(context, scope, alarmId)).toEqual([
      { ...note, alarmId, text: 'seen before\nharmless', author: 'ana@example.org' },
    ]);
    for (const read of [alarms.listAlarmHistory, alarms.listNotes]) {
      await expect(read(context, scopeOf(office), alarmId)).rejects.toMatchObject({ code: 'not_found' });
    }
    for (const text of ['', ' \n', 'x'.repeat(10_001), 'a\u0007']) {
      await expect(alarms.addNote(context, scope, alarmId, { text })).rejects.toMatchObject({ code: 'bad_request' });
    }
    expect(await verifyAudit(context.control.db)).not.toHaveProperty('fault');
  });
});
