import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { alarmsOf, brief, detectAll, OPERATOR, useRules } from '../../../test/detection.ts';
import { openWorld, TEST_ACTOR, type World } from '../../../test/world.ts';
import { PERMISSIONS } from '../../model/scope.ts';
import { backfill } from './backfill.ts';
import { disableRules, enableRules, listRules, removePack } from './change-rules.ts';
import { importRules } from './import-rules.ts';
import { putStarterPack } from './starter-pack.ts';
import { tryRules } from './try-rule.ts';

let world: World;

beforeAll(async () => {
  world = await openWorld();
  const { branch, office } = world.organizations;
  const at = (time: string, domain: string, client = '10.0.0.1') => ({ time, kind: 'dns', domain, src_ip: client });
  await world.load(branch, [
    at('2026-01-01T10:00:00Z', 'x.bad.example'),
    at('2026-01-14T10:10:00Z', 'x.bad.example'),
    at('2026-01-14T10:20:00Z', 'x.bad.example'),
    at('2026-01-14T13:20:00Z', 'x.bad.example'),
  ]);
  await world.load(office, [at('2026-01-14T10:30:00Z', 'y.bad.example', '10.0.0.2')]);
  await world.load(branch, [at('2026-01-14T10:40:00Z', 'x.bad.example')]);
  await detectAll(world);
});

afterEach(() => clear());

async function clear(): Promise<void> {
  const { db } = world.context.control;
  for (const table of ['rules', 'alarms', 'alarmDetails', 'alarmMatches', 'jobs'] as const) {
    await db.deleteFrom(table).execute();
  }
}

const sum = (numbers: readonly number[]) => numbers.reduce((total, number) => total + number, 0);

afterAll(() => world?.close());

const ID = '11111111-1111-4111-8111-111111111111';

const rule = (id = ID, more = '', domain = '.bad.example') => `title: Rule ${id.slice(0, 3)}
id: ${id}
logsource: {category: dns}
detection:
  selection: {query|endswith: ${domain}}
  condition: selection
${more}`;

const put = (text: string | readonly string[], enable = false, pack = 'mine') => {
  const files = [text].flat().map((one, index) => ({ name: `${index}.yml`, text: one }));
  return importRules(world.context, OPERATOR, { pack, files, enable });
};

const list = (choice = {}) => listRules(world.context, OPERATOR, choice);

describe('importing rules', () => {
  test('loads what is sound and lists the rest with the place', async () => {
    const { added, problems } = await put([
      rule(),
      'title: [',
      '<html>not a rule</html>',
      rule('22222222-2222-4222-8222-222222222222').replace('condition: selection', 'condition: selektion'),
      rule('33333333-3333-4333-8333-333333333333').replace('category: dns', 'category: coffee'),
      rule('44444444-4444-4444-8444-444444444444', 'belfry: {intent: World peace}'),
      'title: C\ncorrelation: {type: event_count, rules: [nobody], timespan: 5m, condition: {gte: 3}}',
      '',
    ]);
    expect(added).toBe(1);
    expect((await list()).map(({ id, file, enabled }) => [id, file, enabled])).toEqual([[ID, '0.yml', false]]);
    const at = (file: string) => problems.find((problem) => problem.file === file);
    expect(problems.map(({ file }) => file).sort()).toEqual([1, 2, 3, 4, 5, 6, 7].map((number) => `${number}.yml`));
    expect(at('3.yml')).toMatchObject({ line: 6, message: expect.stringMatching(/selektion/) });
    expect(at('4.yml')).toMatchObject({ line: 3, message: expect.stringMatching(/coffee/) });
    expect(at('5.yml')?.message).toMatch(/World peace/);
    expect(at('6.yml')?.message).toMatch(/nobody/);
  });

  test('brings texts up to date and leaves rules enabled or disabled as they are', async () => {
    const other = '22222222-2222-4222-8222-222222222222';
    expect(await put([rule(), rule(other)], true)).toMatchObject({ added: 2, changed: 0, unchanged: 0 });
    await disableRules(world.context, OPERATOR, { ids: [ID] });
    expect(await put([rule(ID, 'level: critical'), rule(other)], true)).toMatchObject({ changed: 1, unchanged: 1 });
    expect((await list()).map(({ id, level, enabled }) => [id, level, enabled])).toEqual([
      [ID, 'critical', false],
      [other, 'medium', true],
    ]);
  });

  test('keeps each rule of a file with several apart, with the licence it came under', async () => {
    const { branch } = world.organizations;
    const ids = [ID, '22222222-2222-4222-8222-222222222222', '33333333-3333-4333-8333-333333333333'];
    const text = ids.map((id) => rule(id)).join('---\n');
    const files = [{ name: 'all.yml', text: `# a comment\n---\n${text}` }];
    const licence = 'DRL-1.1';
    await importRules(world.context, OPERATOR, { pack: 'mine', files, licence, enable: false });
    await enableRules(world.context, OPERATOR, { ids: ids.slice(1, 2) });
    await backfill(world.context, { ruleIds: ids.slice(1, 2), sinceMs: Date.parse('2026-01-14T00:00:00Z') });
    const alarms = await alarmsOf(world, branch);
    expect(alarms.map(({ rule: { title, licence } }) => [title, licence])).toEqual([
      ['Rule 222', licence],
      ['Rule 222', licence],
    ]);
  });

  test('leaves a rule to the pack that has it', async () => {
    await put(rule());
    const { added, problems } = await put(rule(), false, 'other');
    expect(added).toBe(0);
    expect(problems).toMatchObject([{ file: '0.yml', line: 1, message: expect.stringMatching(/another pack/) }]);
  });

  test('takes five thousand rules, and finds by them', async () => {
    const { branch } = world.organizations;
    const ids = Array.from({ length: 5000 }, (_, n) => `55555555-5555-4555-8555-${String(n).padStart(12, '0')}`);
    const files = ids.map((id, n) => ({ name: `${n}.yml`, text: rule(id, '', `host${n}.example`) }));
    await importRules(world.context, OPERATOR, { pack: 'many', files, enable: true });
    expect(await list({ enabled: true })).toHaveLength(5000);
    await world.load(branch, [
      { time: '2026-01-10T00:00:00Z', kind: 'dns', domain: 'host4321.example', src_ip: '10.0.0.5' },
    ]);
    await detectAll(world);
    expect((await alarmsOf(world, branch)).map(({ rule: { id } }) => id)).toEqual([ids[4321]]);
  }, 120_000);
});

describe('rules', () => {
  test('are chosen by pack and level', async () => {
    await put([rule(ID, 'level: high'), rule('22222222-2222-4222-8222-222222222222', 'level: low')]);
    await put(rule('33333333-3333-4333-8333-333333333333', 'level: high'), false, 'other');
    const changed = await enableRules(world.context, OPERATOR, { pack: 'mine', level: 'high' });
    expect(changed.map(({ id, enabled }) => [id, enabled])).toEqual([[ID, true]]);
    expect(await enableRules(world.context, OPERATOR, { pack: 'mine', level: 'high' })).toEqual([]);
    expect((await list({ level: 'high' })).map(({ enabled }) => enabled)).toEqual([true, false]);
    expect(await removePack(world.context, OPERATOR, 'mine')).toBe(2);
    expect(await list()).toHaveLength(1);
  });

  test('are told by name where there is no such rule', async () => {
    await expect(enableRules(world.context, OPERATOR, { ids: ['nothing'] })).rejects.toMatchObject({
      code: 'bad_request',
      public: expect.stringMatching(/nothing/),
    });
    const trial = { trial: { id: 'nothing' }, days: 1 };
    await expect(tryRules(world.context, OPERATOR, trial)).rejects.toMatchObject({ code: 'bad_request' });
  });

  test('are the operator’s alone', async () => {
    const caller = { actor: TEST_ACTOR, permissions: new Set(PERMISSIONS), root: world.organizations.provider };
    await expect(listRules(world.context, caller, {})).rejects.toMatchObject({ code: 'forbidden' });
    await expect(enableRules(world.context, caller, {})).rejects.toMatchObject({ code: 'forbidden' });
    await expect(removePack(world.context, caller, 'x')).rejects.toMatchObject({ code: 'forbidden' });
    const files = [{ name: 'a', text: rule() }];
    await expect(importRules(world.context, caller, { pack: 'x', files, enable: true })).rejects.toMatchObject({
      code: 'forbidden',
    });
    const trial = { trial: { text: rule(), file: 'a' }, days: 1 };
    await expect(tryRules(world.context, caller, trial)).rejects.toMatchObject({ code: 'forbidden' });
  });

  test('that come with Belfry follow what is shipped, but for whether they are enabled', async () => {
    const other = '22222222-2222-4222-8222-222222222222';
    const ship = (...texts: string[]) =>
      putStarterPack(
        world.context,
        texts.map((text, index) => ({ name: `${index}.yml`, text })),
      );
    await ship(rule(), rule(other));
    await disableRules(world.context, OPERATOR, { ids: [ID] });
    await ship(rule(ID, 'level: low'));
    expect((await list()).map(({ id, level, enabled }) => [id, level, enabled])).toEqual([[ID, 'low', false]]);
    await expect(removePack(world.context, OPERATOR, 'starter')).rejects.toMatchObject({ code: 'conflict' });
    await expect(put(rule(), true, 'starter')).rejects.toMatchObject({ code: 'bad_request' });
  });
});

const CORRELATED = `${rule(ID, 'name: lookup')}
---
title: Several lookups
id: 22222222-2222-4222-8222-222222222222
correlation: {type: event_count, rules: [lookup], group-by: [src_ip], timespan: 30m, condition: {gte: 2}}
`;

describe('trying a rule', () => {
  const tried = async (trial: { id: string } | { text: string; file: string }, days = 7) =>
    (await tryRules(world.context, OPERATOR, { trial, days })).rules.map(({ title, organizations }) => ({
      title,
      organizations,
    }));

  test('tells the alarms it would make, and makes none', async () => {
    expect(await tried({ text: rule(), file: 'new.yml' })).toEqual([
      {
        title: 'Rule 111',
        organizations: [
          { organization: 'branch', events: 4, alarms: 2 },
          { organization: 'office', events: 1, alarms: 1 },
        ],
      },
    ]);
    const [longer] = await tried({ text: rule(), file: 'new.yml' }, 30);
    expect(longer?.organizations[0]).toEqual({ organization: 'branch', events: 5, alarms: 3 });
    expect(await alarmsOf(world, world.organizations.branch)).toEqual([]);
  });

  test('tells what enabling it with the same days then makes, however often that job runs', async () => {
    const { branch, office } = world.organizations;
    for (const text of [rule(), CORRELATED]) {
      await clear();
      await put(text);
      for (const { id, title } of await list()) {
        const [trial] = await tried({ id });
        const payload = { ruleIds: [id], sinceMs: world.context.now() - 7 * 86_400_000 };
        await backfill(world.context, payload);
        const alarms = [...(await alarmsOf(world, branch)), ...(await alarmsOf(world, office))];
        const made = alarms.filter((alarm) => alarm.rule.id === id);
        const told = trial?.organizations ?? [];
        expect([title, sum(told.map((one) => one.alarms))]).toEqual([title, made.length]);
        expect([title, sum(told.map((one) => one.events))]).toEqual([title, sum(made.map((one) => one.events))]);
        await backfill(world.context, payload);
        expect(await alarmsOf(world, branch)).toEqual(alarms.filter((one) => one.organizationId === branch.id));
      }
    }
    // The rule that it is made of makes none of its own.
    expect((await alarmsOf(world, branch)).map(({ rule: { title } }) => title)).toEqual(['Several lookups']);
  });

  test('joins the past to what comes: one alarm, whole', async () => {
    const { branch } = world.organizations;
    await useRules(world, rule());
    await world.load(branch, [
      { time: '2026-01-14T10:50:00Z', kind: 'dns', domain: 'z.bad.example', src_ip: '10.0.0.1' },
    ]);
    await detectAll(world);
    await backfill(world.context, { ruleIds: [ID], sinceMs: Date.parse('2026-01-14T10:30:00Z') });
    expect((await alarmsOf(world, branch)).map(brief)).toMatchObject([
      { window: '2026-01-14T10:00:00.000Z', events: 4, from: '2026-01-14T10:10:00.000Z' },
      { window: '2026-01-14T13:00:00.000Z', events: 1 },
    ]);
  });

  test('of a text with faults lists them and tries the rest', async () => {
    const text = `${rule()}---\ntitle: Broken\nid: 22222222-2222-4222-8222-222222222222\n`;
    const { rules, problems } = await tryRules(world.context, OPERATOR, { trial: { text, file: 'new.yml' }, days: 7 });
    expect(rules.map(({ title }) => title)).toEqual(['Rule 111']);
    expect(problems).toMatchObject([{ file: 'new.yml', line: 8 }]);
  });

  test('enabling with days queues the job', async () => {
    await put(rule());
    await enableRules(world.context, OPERATOR, { ids: [ID], days: 7 });
    const jobs = await world.context.control.db.selectFrom('jobs').select(['kind', 'payload']).execute();
    expect(jobs.map(({ kind, payload }) => [kind, JSON.parse(payload)])).toEqual([
      ['backfill-rules', { ruleIds: [ID], sinceMs: world.context.now() - 7 * 86_400_000 }],
    ]);
  });
});
