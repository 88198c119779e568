import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { alarmsOf, brief, detectAll, useRules } from '../../../test/detection.ts';
import { openWorld, type World } from '../../../test/world.ts';
import { watermarkOf } from '../../control/repos/detection-state.ts';
import { seededRandom } from '../../kit/random.ts';
import type { Alarm } from '../../model/alarm.ts';
import { DETECTION } from './detect.ts';

let world: World;
let seenBefore: number;

beforeAll(async () => {
  world = await openWorld();
});

afterEach(async () => {
  const { db } = world.context.control;
  for (const table of ['rules', 'alarms', 'alarmDetails', 'alarmMatches'] as const) {
    await db.deleteFrom(table).execute();
  }
  await detectAll(world);
});

afterAll(() => world?.close());

const base = (name: string, domain: string) => `
title: Lookup of ${domain}
id: ${name}-1111-4111-8111-111111111111
name: ${name}
logsource: {category: dns}
detection:
  selection: {query|endswith: ${domain}}
  condition: selection`;

const correlation = (body: string, extra = '') => `
title: Correlation
id: 99999999-9999-4999-8999-999999999999
correlation:
${body.replaceAll(/^/gm, '  ')}
${extra}`;

/** Every test has a client of its own: events of others stay in the store. */
let client = '';
let clients = 0;

function query(time: string, domain: string, from = client) {
  return { time: `2026-01-15T${time}Z`, kind: 'dns', domain, src_ip: from };
}

const COUNT = 'type: event_count\nrules: [aaaaaaaa]\ngroup-by: [src_ip]\ntimespan: 5m\ncondition: {gte: 3}';
const VALUES =
  'type: value_count\nrules: [aaaaaaaa]\ngroup-by: [src_ip]\ntimespan: 5m\ncondition: {gte: 3, field: query}';
const TOGETHER = 'type: temporal\nrules: [aaaaaaaa, bbbbbbbb]\ngroup-by: [src_ip]\ntimespan: 5m';
const IN_ORDER = TOGETHER.replace('temporal', 'temporal_ordered');

async function use(text: string): Promise<void> {
  clients += 1;
  client = `10.9.0.${clients}`;
  seenBefore = await watermarkOf(world.context.control.db, DETECTION);
  await useRules(world, text);
}

/** Loads each list as a batch, looking for alarms after each. */
async function raise(...batches: ReturnType<typeof query>[][]): Promise<ReturnType<typeof brief>[]> {
  for (const batch of batches) {
    await world.load(world.organizations.branch, batch);
    await detectAll(world);
  }
  return briefs();
}

async function briefs() {
  return (await alarmsOf(world, world.organizations.branch)).map(brief);
}

describe('event_count', () => {
  const rules = `${base('aaaaaaaa', 'a.example')}\n---\n${correlation(COUNT)}`;

  test('makes one alarm of as many events as it takes, and none of its base rule', async () => {
    await use(rules);
    const times = ['10:00:00', '10:01:00', '10:05:00'];
    expect(await raise(times.map((time) => query(time, 'a.example')))).toEqual([
      {
        rule: 'Correlation',
        key: client,
        window: '2026-01-15T10:00:00.000Z',
        events: 3,
        from: '2026-01-15T10:00:00.000Z',
        to: '2026-01-15T10:05:00.000Z',
      },
    ]);
  });

  test('makes none of events that lie further apart, or belong to different clients', async () => {
    await use(rules);
    const apart = ['10:00:00', '10:03:00', '10:05:01'].map((time) => query(time, 'a.example'));
    const others = ['10:30:00', '10:30:01', '10:30:02'].map((time, n) => query(time, 'a.example', `10.8.0.${n}`));
    expect(await raise([...apart, ...others])).toEqual([]);
  });

  test('counts across batches, whatever order they come in', async () => {
    await use(rules);
    const found = await raise(
      [query('10:04:00', 'a.example')],
      [query('10:02:00', 'a.example')],
      [query('10:00:00', 'a.example')],
    );
    expect(found).toMatchObject([{ events: 3, from: '2026-01-15T10:00:00.000Z', to: '2026-01-15T10:04:00.000Z' }]);
  });

  test('counts across the ends of hours and days, and belongs to the hour of the event that completes it', async () => {
    await use(rules);
    const times = ['23:58:00', '23:59:00'].map((time) => query(time, 'a.example'));
    const next = { ...query('00:00:00', 'a.example'), time: '2026-01-16T00:01:00Z' };
    expect(await raise(times, [next])).toMatchObject([{ window: '2026-01-16T00:00:00.000Z', events: 3 }]);
  });

  test('changes nothing when everything is looked at again', async () => {
    await use(rules);
    const times = ['10:00:00', '10:01:00', '10:02:00', '10:58:00', '10:59:00', '11:01:00'];
    const before = await raise(
      times.map((time) => query(time, 'a.example')),
      [query('10:02:30', 'a.example')],
    );
    expect(before).toMatchObject([
      { window: '2026-01-15T10:00:00.000Z', events: 4 },
      { window: '2026-01-15T11:00:00.000Z', events: 3 },
    ]);
    await world.context.control.db.updateTable('detectionState').set({ watermark: seenBefore }).execute();
    await detectAll(world);
    expect(await briefs()).toEqual(before);
  });

  test('lets its base rule raise alarms of its own where it says so', async () => {
    await use(`${base('aaaaaaaa', 'a.example')}\n---\n${correlation(`${COUNT}\ngenerate: true`)}`);
    const times = ['10:00:00', '10:01:00', '10:02:00'];
    const found = await raise(times.map((time) => query(time, 'a.example')));
    expect(found.map(({ rule, events }) => [rule, events]).sort()).toEqual([
      ['Correlation', 3],
      ['Lookup of a.example', 3],
    ]);
  });
});

describe('value_count', () => {
  const rules = `${base('aaaaaaaa', 'a.example')}\n---\n${correlation(VALUES)}`;

  test('counts different values', async () => {
    await use(rules);
    const same = ['10:00:00', '10:00:10', '10:00:20'].map((time) => query(time, 'x.a.example'));
    expect(await raise(same)).toEqual([]);
    const others = [query('10:01:00', 'y.a.example'), query('10:02:00', 'z.a.example')];
    expect(await raise(others)).toMatchObject([{ events: 5, to: '2026-01-15T10:02:00.000Z' }]);
  });

  test('forgets a value when its last event is too long ago', async () => {
    await use(rules);
    expect(
      await raise([
        query('10:00:00', 'x.a.example'),
        query('10:04:00', 'y.a.example'),
        query('10:05:01', 'z.a.example'),
      ]),
    ).toEqual([]);
    expect(await raise([query('10:04:30', 'x.a.example')])).toMatchObject([{ events: 3 }]);
  });
});

describe('temporal', () => {
  const bases = `${base('aaaaaaaa', 'a.example')}\n---\n${base('bbbbbbbb', 'b.example')}`;
  const rules = `${bases}\n---\n${correlation(TOGETHER)}`;
  const ordered = `${bases}\n---\n${correlation(IN_ORDER)}`;

  test('needs all of its rules, in any order', async () => {
    await use(rules);
    expect(await raise([query('10:00:00', 'b.example'), query('10:01:00', 'b.example')])).toEqual([]);
    expect(await raise([query('10:02:00', 'a.example')])).toMatchObject([{ events: 3 }]);
  });

  test('in order, needs them one after the other', async () => {
    await use(ordered);
    expect(await raise([query('10:00:00', 'b.example'), query('10:01:00', 'a.example')])).toEqual([]);
    expect(await raise([query('10:02:00', 'b.example')])).toMatchObject([
      { from: '2026-01-15T10:00:00.000Z', to: '2026-01-15T10:02:00.000Z' },
    ]);
  });

  test('in order, within the time span', async () => {
    await use(ordered);
    expect(await raise([query('10:00:00', 'a.example'), query('10:05:01', 'b.example')])).toEqual([]);
  });
});

/** The same, said in another way: which events complete the correlation, and which alarms that makes. */
function expected(events: readonly { ms: number; value: string }[], holds: (seen: typeof events) => boolean) {
  const span = 5 * 60_000;
  const sorted = events.toSorted((a, b) => a.ms - b.ms);
  const completing = sorted.filter(({ ms }) => holds(sorted.filter((one) => one.ms <= ms && one.ms >= ms - span)));
  const alarms = new Map<number, number[]>();
  for (const { ms } of sorted) {
    const next = completing.find((one) => one.ms >= ms);
    if (next === undefined || next.ms - ms > span) continue;
    const window = Math.floor(next.ms / 3_600_000) * 3_600_000;
    alarms.set(window, [...(alarms.get(window) ?? []), ms]);
  }
  return [...alarms].map(([window, times]) => ({ window, events: times.length, first: times[0], last: times.at(-1) }));
}

const counted = ({ windowStartMs, events, firstEventUs, lastEventUs }: Alarm) => ({
  window: windowStartMs,
  events,
  first: firstEventUs / 1000,
  last: lastEventUs / 1000,
});

describe('any traffic', () => {
  const kinds = [
    { name: 'event_count', body: COUNT, holds: (seen: readonly { value: string }[]) => seen.length >= 3 },
    {
      name: 'value_count',
      body: VALUES,
      holds: (seen: readonly { value: string }[]) => new Set(seen.map(({ value }) => value)).size >= 3,
    },
  ];
  for (const { name, body, holds } of kinds) {
    test(`${name} finds what a plain search through the events finds, however they come`, async () => {
      await use(`${base('aaaaaaaa', 'a.example')}\n---\n${correlation(body)}`);
      const random = seededRandom(name);
      const from = Date.parse('2026-01-10T00:00:00Z');
      const events = Array.from({ length: 300 }, () => ({
        ms: from + random.int(36 * 60) * 60_000 + random.int(60) * 1000,
        value: `${random.pick(['x', 'y', 'z', 'v'])}.a.example`,
      }));
      const shuffled = events.toSorted((a, b) => ((a.ms * 7919) % 1013) - ((b.ms * 7919) % 1013));
      for (let at = 0; at < shuffled.length; at += 60) {
        const batch = shuffled.slice(at, at + 60);
        await world.load(
          world.organizations.branch,
          batch.map(({ ms, value }) => ({ ...query('00:00:00', value), time: new Date(ms).toISOString() })),
        );
        await detectAll(world);
      }
      const alarms = (await alarmsOf(world, world.organizations.branch)).map(counted);
      expect(alarms.length).toBeGreaterThan(5);
      expect(alarms.toSorted((a, b) => a.window - b.window)).toEqual(expected(events, holds));
    });
  }
});
