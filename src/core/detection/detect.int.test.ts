import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { alarmsOf, brief, detectAll, OPERATOR, useRules } from '../../../test/detection.ts';
import { openWorld, TEST_ACTOR, type World } from '../../../test/world.ts';
import { watermarkOf } from '../../control/repos/detection-state.ts';
import { PERMISSIONS } from '../../model/scope.ts';
import { createSuppressionRule } from '../alarms/index.ts';
import { disableRules, enableRules } from './change-rules.ts';
import { DETECTION, detect } from './detect.ts';

let world: World;

beforeAll(async () => {
  world = await openWorld();
});

afterEach(async () => {
  // What a test leaves is looked at before the next one's rules come.
  const { db } = world.context.control;
  for (const table of ['rules', 'alarms', 'alarmDetails', 'alarmMatches', 'suppressionRules'] as const) {
    await db.deleteFrom(table).execute();
  }
  await detectAll(world);
});

afterAll(() => world?.close());

const rule = (extra = '', condition = 'selection') => `
title: Bad domain
id: 11111111-1111-4111-8111-111111111111
author: Ada
license: DRL-1.1
level: high
tags: [attack.command-and-control, attack.t1071.004]
logsource: {category: dns}
detection:
  selection: {query|endswith: .bad.example}
  condition: ${condition}
${extra}`;

const query = (time: string, client = '10.0.0.1', domain = 'x.bad.example') => ({
  time: `2026-01-15T${time}Z`,
  kind: 'dns',
  domain,
  src_ip: client,
  dst_ip: '192.0.2.1',
});

describe('detect', () => {
  test('makes one alarm of what a rule matches for one client within an hour, with everything that an alarm says', async () => {
    const { branch } = world.organizations;
    await useRules(world, rule());
    await world.load(branch, [
      query('10:00:00'),
      query('10:01:00', '10.0.0.1', 'y.bad.example'),
      query('10:02:00', '10.0.0.1', 'y.bad.example'),
      query('10:03:00', '10.0.0.1', 'good.example'),
    ]);
    await detectAll(world);
    const [alarm, ...others] = await alarmsOf(world, branch);
    expect(others).toEqual([]);
    expect(alarm).toMatchObject({
      organizationId: branch.id,
      groupKey: '10.0.0.1',
      windowStartMs: Date.parse('2026-01-15T10:00:00Z'),
      events: 3,
      firstEventUs: Date.parse('2026-01-15T10:00:00Z') * 1000,
      lastEventUs: Date.parse('2026-01-15T10:02:00Z') * 1000,
      sources: [{ address: '10.0.0.1', name: '', events: 3 }],
      destinations: [
        { address: '192.0.2.1', name: 'y.bad.example', events: 2 },
        { address: '192.0.2.1', name: 'x.bad.example', events: 1 },
      ],
      sensors: ['test-records'],
      status: 'open',
      rule: {
        title: 'Bad domain',
        author: 'Ada',
        licence: 'DRL-1.1',
        intent: 'System Compromise',
        strategy: 'C&C Communication',
        method: 'Bad domain',
        priority: 75,
        techniques: ['T1071.004'],
        tactics: ['Command and Control'],
        muteSeconds: 3600,
      },
    });
    expect(alarm?.positions.map(({ row }) => row)).toEqual([0, 1, 2]);
  });

  test('names the ends of an answer that a sensor saw as those of the question', async () => {
    const { branch } = world.organizations;
    await useRules(
      world,
      rule().replace('category: dns', 'category: ids').replace('query|endswith: .bad.example', 'severity: 1'),
    );
    await world.load(branch, [
      {
        time: '2026-01-15T10:00:00Z',
        kind: 'intrusion',
        severity: 1,
        src_ip: '192.0.2.1',
        dst_ip: '10.0.0.1',
        domain: 'x.bad.example',
        identity_labels: ['10.0.0.1'],
      },
    ]);
    await detectAll(world);
    const [alarm] = await alarmsOf(world, branch);
    expect(alarm).toMatchObject({
      sources: [{ address: '10.0.0.1', name: '', events: 1 }],
      destinations: [{ address: '192.0.2.1', name: 'x.bad.example', events: 1 }],
    });
  });

  test('tells clients, hours and organizations apart', async () => {
    const { branch, office } = world.organizations;
    await useRules(world, rule());
    await world.load(branch, [query('10:59:59'), query('11:00:00'), query('11:00:01', '10.0.0.2')]);
    await world.load(office, [query('11:00:00')]);
    await detectAll(world);
    expect((await alarmsOf(world, branch)).map(brief)).toMatchObject([
      { key: '10.0.0.1', window: '2026-01-15T10:00:00.000Z', events: 1 },
      { key: '10.0.0.1', window: '2026-01-15T11:00:00.000Z', events: 1 },
      { key: '10.0.0.2', window: '2026-01-15T11:00:00.000Z', events: 1 },
    ]);
    expect(await alarmsOf(world, office)).toHaveLength(1);
  });

  test('groups and waits as the rule says', async () => {
    const { branch } = world.organizations;
    await useRules(world, rule('belfry: {mute: 1d, group_by: [query], priority: 12, strategy: Own, method: Mine}'));
    await world.load(branch, [
      query('03:00:00'),
      query('23:59:59', '10.0.0.2'),
      query('12:00:00', '10.0.0.2', 'y.bad.example'),
    ]);
    await detectAll(world);
    const alarms = await alarmsOf(world, branch);
    expect(alarms.map(brief)).toMatchObject([
      { key: 'y.bad.example', window: '2026-01-15T00:00:00.000Z', events: 1 },
      { key: 'x.bad.example', window: '2026-01-15T00:00:00.000Z', events: 2 },
    ]);
    expect(alarms[0]?.rule).toMatchObject({ priority: 12, strategy: 'Own', method: 'Mine', muteSeconds: 86_400 });
  });

  test('names clients that have no address by their identity', async () => {
    const { branch } = world.organizations;
    await useRules(world, rule());
    const identity = { identity_labels: ['LAPTOP-07'], identity_types: ['roaming'] };
    await world.load(branch, [{ ...query('10:00:00', ''), ...identity }]);
    await detectAll(world);
    const [alarm] = await alarmsOf(world, branch);
    expect(alarm).toMatchObject({
      groupKey: 'LAPTOP-07',
      sources: [{ address: '', name: 'LAPTOP-07', events: 1 }],
    });
  });

  test('adds later batches and late events to the alarm that is there', async () => {
    const { branch } = world.organizations;
    await useRules(world, rule());
    for (const time of ['10:30:00', '10:40:00', '10:05:00']) {
      await world.load(branch, [query(time)]);
      await detectAll(world);
    }
    expect((await alarmsOf(world, branch)).map(brief)).toMatchObject([
      { events: 3, from: '2026-01-15T10:05:00.000Z', to: '2026-01-15T10:40:00.000Z' },
    ]);
  });

  test('changes nothing when it looks again at what it has seen', async () => {
    const { branch } = world.organizations;
    const { db } = world.context.control;
    const seenBefore = await watermarkOf(db, DETECTION);
    await useRules(world, rule());
    await world.load(branch, [query('10:00:00'), query('12:00:00')]);
    await world.load(branch, [query('10:10:00')]);
    await detectAll(world);
    const before = await alarmsOf(world, branch);
    expect(before).toHaveLength(2);
    await db.updateTable('detectionState').set({ watermark: seenBefore }).execute();
    await detectAll(world);
    expect(await alarmsOf(world, branch)).toEqual(before);
  });

  test('leaves hidden alarms hidden, and what people did with them', async () => {
    const { branch } = world.organizations;
    const scope = { organization: branch, actor: TEST_ACTOR, permissions: new Set(PERMISSIONS) };
    await useRules(world, rule());
    await createSuppressionRule(world.context, scope, { name: 'known', match: { source: '10.0.0.1' } });
    await world.load(branch, [query('10:00:00'), query('10:00:00', '10.0.0.2')]);
    await detectAll(world);
    await world.load(branch, [query('10:20:00')]);
    await detectAll(world);
    const alarms = await alarmsOf(world, branch);
    expect(alarms.map(({ groupKey, suppressed, status, events }) => [groupKey, suppressed, status, events])).toEqual([
      ['10.0.0.2', false, 'open', 1],
      ['10.0.0.1', true, 'closed', 2],
    ]);
  });

  test('keeps to the rules that are enabled, from one look to the next', async () => {
    const { branch } = world.organizations;
    await useRules(world, rule());
    const ids = ['11111111-1111-4111-8111-111111111111'];
    await disableRules(world.context, OPERATOR, { ids });
    await world.load(branch, [query('10:00:00')]);
    await detectAll(world);
    expect(await alarmsOf(world, branch)).toEqual([]);
    await enableRules(world.context, OPERATOR, { ids });
    await world.load(branch, [query('11:00:00')]);
    await detectAll(world);
    expect((await alarmsOf(world, branch)).map(brief)).toMatchObject([{ window: '2026-01-15T11:00:00.000Z' }]);
  });

  test('tells many rules about different logs apart', async () => {
    const { branch } = world.organizations;
    const many = Array.from(
      { length: 450 },
      (_, n) => `
title: Rule ${n}
id: 22222222-2222-4222-8222-${String(n).padStart(12, '0')}
logsource: {category: ${n % 2 === 0 ? 'dns' : 'proxy'}}
detection:
  selection: {${n % 2 === 0 ? 'query' : 'cs-host'}: host${n}.example}
  condition: selection
belfry: {mute: ${1 + (n % 3)}h}`,
    );
    await useRules(world, many.join('\n---\n'));
    const hosts = [0, 1, 2, 399, 400, 449];
    await world.load(
      branch,
      hosts.map((n) => ({ ...query('10:00:00', '10.0.0.1', `host${n}.example`), kind: n % 2 === 0 ? 'dns' : 'web' })),
    );
    await detectAll(world);
    const alarms = await alarmsOf(world, branch);
    expect(new Set(alarms.map(({ rule: { title, muteSeconds } }) => `${title}/${muteSeconds}`))).toEqual(
      new Set(hosts.map((n) => `Rule ${n}/${3600 * (1 + (n % 3))}`)),
    );
  });

  test('says how far it has looked, also where there is nothing to look at', async () => {
    const { branch } = world.organizations;
    await world.load(branch, [query('10:00:00', '10.0.0.9')]);
    const { seen, horizon } = await detect(world.context);
    expect(seen).toBe(horizon);
    expect(await detect(world.context)).toEqual({ seen, horizon, created: 0, setApart: [] });
  });
});
