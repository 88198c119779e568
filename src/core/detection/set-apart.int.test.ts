import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { alarmsOf, brief, detectAll, OPERATOR, useRules } from '../../../test/detection.ts';
import { openWorld, type World } from '../../../test/world.ts';
import { horizon } from '../../control/ledger.ts';
import { watermarkOf } from '../../control/repos/detection-state.ts';
import type { EventStore, QueryOptions } from '../../events/client.ts';
import { backfill } from './backfill.ts';
import { disableRules, enableRules, listRules } from './change-rules.ts';
import { DETECTION, detect } from './detect.ts';
import { tryRules } from './try-rule.ts';

let world: World;

beforeAll(async () => {
  world = await openWorld();
});

afterEach(async () => {
  const { db } = world.context.control;
  for (const table of ['rules', 'alarms', 'alarmDetails', 'alarmMatches'] as const)
    await db.deleteFrom(table).execute();
});

afterAll(() => world?.close());

const idOf = (number: number) => `11111111-1111-4111-8111-${String(number).padStart(12, '0')}`;

const sound = (number: number) => `title: Rule ${number}
id: ${idOf(number)}
logsource: {category: dns}
detection:
  selection: {query|endswith: .host${number}.example}
  condition: selection
`;

/** What `broken` stores make a statement fail by. */
const MARKS = { throws: 'mark-throws', memory: 'mark-memory' } as const;

const failing = (number: number, mark: string) => sound(number).replace('.host', `.${mark}`);

const counting = (number: number, of: number) => `title: Rule ${number}
id: ${idOf(number)}
correlation:
  type: event_count
  rules: [${idOf(of)}]
  group-by: [src_ip]
  timespan: 5m
  condition: {gte: 1}
  generate: true
`;

/** The world's event store, with the real engine failing at statements that hold a mark. */
function broken(): World {
  const events = new Proxy(world.context.events, {
    get(target, name) {
      if (name !== 'query') return Reflect.get(target, name, target);
      return (sql: string, parameters: Parameters<EventStore['query']>[1], options: QueryOptions = {}) => {
        const settings = sql.includes(MARKS.memory) ? { ...options.settings, max_memory_usage: 1 } : options.settings;
        const text = sql.includes(MARKS.throws) ? 'SELECT throwIf(1)' : sql;
        return target.query(text, parameters, { ...options, ...(settings && { settings }) });
      };
    },
  });
  return { ...world, context: { ...world.context, events } };
}

let minute = 0;

/** One event for each number, all in one batch. */
async function load(numbers: readonly number[]): Promise<void> {
  minute += 1;
  const time = new Date(Date.parse('2026-01-15T00:00:00Z') + minute * 60_000).toISOString();
  await world.load(
    world.organizations.branch,
    numbers.map((number) => ({ time, kind: 'dns', domain: `x.host${number}.example`, src_ip: '10.0.0.1' })),
  );
}

const alarms = async () => (await alarmsOf(world, world.organizations.branch)).map(brief);
const list = () => listRules(world.context, OPERATOR, {});
const apart = async () => (await list()).filter((rule) => rule.setApart !== null).map(({ id }) => id);

async function expectSeenAll(): Promise<void> {
  const { db } = world.context.control;
  expect(await watermarkOf(db, DETECTION)).toBe(await horizon(db));
}

describe('a rule that fails by itself', () => {
  test('is set apart with its reason; all others raise their alarms, once, and detection moves on', async () => {
    await useRules(world, [sound(1), failing(2, MARKS.throws), sound(3)].join('---\n'));
    await load([1, 3]);
    const { setApart } = await detect(broken().context);
    expect(setApart).toMatchObject([{ ruleId: idOf(2), reason: expect.stringMatching(/throwIf/) }]);
    expect(Object.fromEntries((await alarms()).map(({ rule, events }) => [rule, events]))).toEqual({
      'Rule 1': 1,
      'Rule 3': 1,
    });
    await expectSeenAll();
    const first = await horizon(world.context.control.db);
    expect((await list()).map((rule) => rule.setApart?.fromBatch)).toEqual([undefined, first, undefined]);
    await load([1, 3]);
    expect((await detect(broken().context)).setApart).toEqual([]);
    await expectSeenAll();
  });

  test('is looked for again when it is enabled again or given another text, and then makes up for what it missed', async () => {
    await useRules(world, failing(2, MARKS.throws));
    await load([2]);
    await detectAll(broken());
    expect(await apart()).toEqual([idOf(2)]);
    await useRules(world, failing(2, MARKS.throws));
    expect(await apart()).toEqual([idOf(2)]);
    expect(await enableRules(world.context, OPERATOR, { ids: [idOf(2)] })).toMatchObject([{ id: idOf(2) }]);
    expect(await apart()).toEqual([]);
    await load([2]);
    await detectAll(broken());
    expect(await apart()).toEqual([idOf(2)]);
    await useRules(world, sound(2));
    expect(await apart()).toEqual([]);
    await backfill(world.context, { ruleIds: [idOf(2)], sinceMs: Date.parse('2026-01-14T00:00:00Z') });
    expect((await alarms()).map(({ rule, events }) => [rule, events])).toEqual([['Rule 2', 2]]);
  });

  test('is looked for again after an upgrade that compiles it to something else', async () => {
    await useRules(world, failing(2, MARKS.throws));
    await load([2]);
    await detectAll(broken());
    const { db } = world.context.control;
    await disableRules(world.context, OPERATOR, { ids: [idOf(2)] });
    await db.updateTable('rules').set({ apartCompiled: 'as an earlier release did', enabled: 1 }).execute();
    await load([2]);
    await detectAll(world);
    expect(await apart()).toEqual([]);
  });

  test('is set apart where this release cannot read it any more', async () => {
    await useRules(world, [sound(1), sound(2)].join('---\n'));
    const { db } = world.context.control;
    await db.updateTable('rules').set({ text: 'title: [' }).where('id', '=', idOf(2)).execute();
    await load([1, 2]);
    await detectAll(world);
    expect(await apart()).toEqual([idOf(2)]);
    expect((await alarms()).map(({ rule }) => rule)).toEqual(['Rule 1']);
  });

  test('does not keep a look back from the others, and a trial says why it finds nothing', async () => {
    await load([1, 2]);
    await detectAll(world);
    await useRules(world, [failing(2, MARKS.throws), sound(1)].join('---\n'));
    const { context } = broken();
    await backfill(context, { ruleIds: [idOf(2), idOf(1)], sinceMs: Date.parse('2026-01-14T00:00:00Z') });
    expect((await alarms()).map(({ rule }) => rule)).toEqual(['Rule 1']);
    const { problems } = await tryRules(context, OPERATOR, { trial: { id: idOf(2) }, days: 30 });
    expect(problems).toMatchObject([{ message: expect.stringMatching(/throwIf/) }]);
  });
});

describe('whatever rules fail, and however', () => {
  test('the alarms of all others are those of a run without them, also across a restart', async () => {
    const kind = fc.constantFrom('sound', 'throws', 'memory', 'correlation', 'bad correlation');
    const rules = fc.array(kind, { minLength: 2, maxLength: 16 });
    await fc.assert(
      fc.asyncProperty(rules, async (kinds) => {
        const { db } = world.context.control;
        for (const table of ['rules', 'alarms', 'alarmDetails', 'alarmMatches'] as const) {
          await db.deleteFrom(table).execute();
        }
        const isBad = (one: string) => one === 'throws' || one === 'memory' || one === 'bad correlation';
        const textOf = (one: string, index: number) => {
          if (one === 'throws' || one === 'memory') return failing(index, MARKS[one]);
          if (one === 'correlation') return `${counting(index, 1000 + index)}---\n${sound(1000 + index)}`;
          if (one === 'bad correlation') {
            return `${counting(index, 1000 + index)}---\n${failing(1000 + index, MARKS.throws)}`.replace(
              'generate: true',
              '',
            );
          }
          return sound(index);
        };
        await useRules(world, kinds.map(textOf).join('---\n'));
        const numbers = kinds.flatMap((_, index) => [index, 1000 + index]);
        const before = await horizon(db);
        await load(numbers);
        await load(numbers);
        // A second process, which knows nothing that the first kept.
        await detect(broken().context);
        await detectAll(broken());
        await expectSeenAll();
        const bad = kinds.flatMap((one, index) => (isBad(one) ? [idOf(index)] : []));
        expect((await apart()).toSorted()).toEqual(bad.toSorted());
        const found = (await alarms()).map((alarm) => JSON.stringify(alarm)).toSorted();
        for (const table of ['alarms', 'alarmDetails', 'alarmMatches'] as const) await db.deleteFrom(table).execute();
        const others = kinds.map((one, index) => (isBad(one) ? sound(2000 + index) : textOf(one, index)));
        await db.deleteFrom('rules').execute();
        await useRules(world, others.join('---\n'));
        await db.updateTable('detectionState').set({ watermark: before }).where('name', '=', DETECTION).execute();
        await detectAll(world);
        expect(found).toEqual((await alarms()).map((alarm) => JSON.stringify(alarm)).toSorted());
      }),
      { numRuns: 3, endOnFailure: true },
    );
  }, 240_000);
});

describe('long lists of values', () => {
  const values = (count: number) => Array.from({ length: count }, (_, n) => `host${n}.example`);

  test('are looked for like short ones: 8,000 values in one rule', async () => {
    const text = (modifier: string, number: number, count: number) => `title: Rule ${number}
id: ${idOf(number)}
logsource: {category: dns}
detection:
  selection: {query${modifier}: ${JSON.stringify(values(8000).slice(-count))}}
  condition: selection
`;
    await useRules(world, [text('', 1, 100), text('|contains', 2, 8000), text('|endswith', 3, 1000)].join('---\n'));
    await world.load(world.organizations.branch, [
      { time: '2026-01-15T08:00:00Z', kind: 'dns', domain: 'host7999.example', src_ip: '10.0.0.1' },
      { time: '2026-01-15T08:00:01Z', kind: 'dns', domain: 'a.host7500.example', src_ip: '10.0.0.1' },
      { time: '2026-01-15T08:00:02Z', kind: 'dns', domain: 'host8000.example', src_ip: '10.0.0.1' },
    ]);
    await detectAll(world);
    expect(await apart()).toEqual([]);
    const found = (await alarms()).map(({ rule, events }) => [rule, events]);
    expect(Object.fromEntries(found)).toEqual({ 'Rule 1': 1, 'Rule 2': 2, 'Rule 3': 2 });
  });

  test('three rules with 1,500 letters each raise their one alarm, and a rule of another organization raises its own', async () => {
    const folder = join(import.meta.dirname, '../../../test/sigma/jam-large-lists');
    const lists = [1, 2, 3].map((number) => readFile(join(folder, `many-letters-${number}.yml`), 'utf8'));
    await useRules(world, [...(await Promise.all(lists)), sound(1)].join('\n---\n'));
    const lines = (await readFile(join(folder, 'events.ndjson'), 'utf8')).trim().split('\n');
    const { branch, stranger } = world.organizations;
    const windows = lines.map((line, second) => {
      const extra = Object.fromEntries(Object.entries(JSON.parse(line)).map(([name, value]) => [name, String(value)]));
      return { time: `2026-01-15T09:00:0${second}Z`, kind: 'endpoint', extra };
    });
    await world.load(branch, windows);
    await world.load(stranger, [{ time: '2026-01-15T09:01:00Z', kind: 'dns', domain: 'x.host1.example' }]);
    await detectAll(world);
    expect(await apart()).toEqual([]);
    const found = await alarms();
    expect(found).toMatchObject([{ rule: 'Unusual letter in a command line, list 1', events: 1 }]);
    expect(found[0]?.from).toBe('2026-01-15T09:00:01.000Z');
    expect(await alarmsOf(world, stranger)).toHaveLength(1);
  });
});
