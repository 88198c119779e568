import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { testMatch } from '../../../test/alarms.ts';
import { openWorld, TEST_ACTOR, type World } from '../../../test/world.ts';
import { watermarkOf } from '../../control/repos/detection-state.ts';
import type { AlarmMatch } from '../../model/alarm.ts';
import type { Organization } from '../../model/organization.ts';
import { PERMISSIONS, type Scope } from '../../model/scope.ts';
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

const HOUR = 3_600_000;
const LONG = 'x'.repeat(10_000);

function scopeOf(organization: Organization): Scope {
  return { organization, actor: TEST_ACTOR, permissions: new Set(PERMISSIONS) };
}

async function raise(organization: Organization, given: Parameters<typeof testMatch>[1] = {}): Promise<AlarmMatch> {
  const match = testMatch(organization, { groupKey: `group-${group}`, ...given });
  await alarms.recordDetections(world.context, [match], { name: 'test', watermark: 1 });
  return match;
}

const statusOf = async (organization: Organization, id: string) => {
  const { status, suppressed } = await alarms.readAlarm(world.context, scopeOf(organization), id);
  return `${status}${suppressed ? ' suppressed' : ''}`;
};

describe('suppression rules', () => {
  test.each([
    ['no JSON', '{"method":'],
    ['no conditions', '{}'],
    ['null', 'null'],
    ['a condition this release does not know', '{"method":"m","severity":"low"}'],
    ['a condition that is no text', '{"method":{"any":["m"]}}'],
  ])('that cannot be read hide nothing, hold up no alarm, and can be listed and deleted: %s', async (_, stored) => {
    const { branch, sibling } = world.organizations;
    const { context } = world;
    const scope = scopeOf(branch);
    const { db } = context.control;
    const make = (method: string) =>
      alarms.createSuppressionRule(context, scope, { name: `unreadable ${group}`, match: { method } });
    const { rule } = await make('m');
    await db.updateTable('suppressionRules').set({ match: stored }).where('id', '=', rule.id).execute();
    await make(`hidden ${group}`);
    const raiseAs = async (name: string, method: string, organization: Organization) =>
      statusOf(organization, (await raise(organization, { groupKey: `${name} ${group}`, rule: { method } })).alarmId);
    expect(await raiseAs('a', 'm', branch)).toBe('open');
    expect(await raiseAs('b', `hidden ${group}`, branch)).toBe('closed suppressed');
    expect(await raiseAs('c', 'm', sibling)).toBe('open');
    expect(await alarms.unreadableSuppressionRules(context)).toMatchObject([{ id: rule.id }]);
    expect(await alarms.listSuppressionRules(context, scope)).toContainEqual({ ...rule, match: {} });
    await alarms.deleteSuppressionRule(context, scope, rule.id);
    expect(await alarms.unreadableSuppressionRules(context)).toEqual([]);
  });

  test('hide what they match of the last day without closing it, and later alarms closed', async () => {
    const { provider, branch, office, sibling } = world.organizations;
    const { context } = world;
    const method = `method ${group}`;
    const raiseIn = (organization: Organization, name: string, rule = { method }) =>
      raise(organization, { groupKey: `${name} ${group}`, rule });
    world.nowMs -= 25 * HOUR;
    const old = await raiseIn(branch, 'old');
    world.nowMs += 25 * HOUR;
    const recent = await raiseIn(branch, 'recent');
    const closed = await raiseIn(branch, 'closed');
    await alarms.changeAlarm(context, scopeOf(branch), closed.alarmId, { status: 'closed' });
    const below = await raiseIn(office, 'below');
    const beside = await raiseIn(sibling, 'beside');
    const above = await raiseIn(provider, 'above');
    const other = await raiseIn(branch, 'other', { method: `${method}!` });
    const { rule, suppressed } = await alarms.createSuppressionRule(context, scopeOf(branch), {
      name: 'known',
      match: { method },
    });
    expect(suppressed).toBe(3);
    expect(await statusOf(branch, old.alarmId)).toBe('open');
    expect(await statusOf(branch, recent.alarmId)).toBe('open suppressed');
    expect(await statusOf(branch, closed.alarmId)).toBe('closed suppressed');
    expect(await statusOf(office, below.alarmId)).toBe('open suppressed');
    expect(await statusOf(sibling, beside.alarmId)).toBe('open');
    expect(await statusOf(provider, above.alarmId)).toBe('open');
    expect(await statusOf(branch, other.alarmId)).toBe('open');
    expect(await alarms.listAlarmHistory(context, scopeOf(office), below.alarmId)).toMatchObject([
      { action: 'alarm.suppress', detail: { suppressionRule: 'known', suppressionRuleId: rule.id } },
    ]);
    const later = await raiseIn(office, 'later');
    expect(await statusOf(office, later.alarmId)).toBe('closed suppressed');
    expect(await statusOf(sibling, (await raiseIn(sibling, 'later')).alarmId)).toBe('open');
    // More events of an alarm that was there before do not close it.
    await raise(branch, { groupKey: recent.groupKey, rule: { method }, batchSeq: 9 });
    expect(await statusOf(branch, recent.alarmId)).toBe('open suppressed');
  });

  test('are disabled, enabled and deleted by the organization that made them', async () => {
    const { branch, office, provider } = world.organizations;
    const { context } = world;
    const scope = scopeOf(branch);
    const source = `10.1.0.${group}`;
    const statusOfNext = async (name: string) => {
      const groupKey = `${name} ${group}`;
      const sources = [
        { address: '10.9.9.9', name: 'x', events: 1 },
        { address: source, name: '', events: 1 },
      ];
      return statusOf(branch, (await raise(branch, { groupKey, sources })).alarmId);
    };
    const { rule } = await alarms.createSuppressionRule(context, scope, { name: 'r', match: { source } });
    expect(await statusOfNext('a')).toBe('closed suppressed');
    for (const foreign of [office, provider]) {
      const change = alarms.disableSuppressionRule(context, scopeOf(foreign), rule.id);
      await expect(change).rejects.toMatchObject({ code: 'not_found' });
      expect(await alarms.listSuppressionRules(context, scopeOf(foreign))).not.toContainEqual(rule);
    }
    expect(await alarms.disableSuppressionRule(context, scope, rule.id)).toMatchObject({ enabled: false });
    expect(await statusOfNext('b')).toBe('open');
    expect(await alarms.enableSuppressionRule(context, scope, rule.id)).toMatchObject({ suppressed: 1 });
    expect(await alarms.enableSuppressionRule(context, scope, rule.id)).toMatchObject({ suppressed: 0 });
    expect(await statusOfNext('c')).toBe('closed suppressed');
    expect(await alarms.listSuppressionRules(context, scope)).toContainEqual(rule);
    await alarms.deleteSuppressionRule(context, scope, rule.id);
    expect(await statusOfNext('d')).toBe('open');
    await expect(alarms.deleteSuppressionRule(context, scope, rule.id)).rejects.toMatchObject({ code: 'not_found' });
  });

  test('must say what they hide', async () => {
    const scope = scopeOf(world.organizations.branch);
    for (const match of [{}, { method: ' ' }, { source: LONG }]) {
      const made = alarms.createSuppressionRule(world.context, scope, { name: 'x', match });
      await expect(made).rejects.toMatchObject({ code: 'bad_request' });
    }
  });
});

describe('detections', () => {
  test('are recorded together with how far they looked, which never goes back', async () => {
    const { branch } = world.organizations;
    const name = `detection ${group}`;
    const { db } = world.context.control;
    const at = (watermark: number, matches: readonly AlarmMatch[] = []) =>
      alarms.recordDetections(world.context, matches, { name, watermark });
    expect(await watermarkOf(db, name)).toBe(0);
    expect((await at(7, [testMatch(branch, { groupKey: name })])).created).toHaveLength(1);
    expect(await watermarkOf(db, name)).toBe(7);
    await at(3);
    expect(await watermarkOf(db, name)).toBe(7);
    const unstorable = { ...testMatch(branch, { groupKey: `${name}!` }), organizationId: 1 };
    await expect(at(9, [unstorable])).rejects.toThrow();
    expect(await watermarkOf(db, name)).toBe(7);
  });
});
