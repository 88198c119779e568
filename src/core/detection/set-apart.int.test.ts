import fc from 'fast-check';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import {
  alarmsOf,
  brief,
  detectAll,
  forgetRules,
  numberedId,
  numberedRule,
  OPERATOR,
  useRules,
} from '../../../test/detection.ts';
import { openWorld, type World } from '../../../test/world.ts';
import { horizon } from '../../control/ledger.ts';
import { watermarkOf } from '../../control/repos/detection-state.ts';
import type { EventStore, QueryOptions } from '../../events/client.ts';
import { backfill } from './backfill.ts';
import { disableRules, enableRules, listRules } from './change-rules.ts';
import { DETECTION, detect } from './detect.ts';
import { importRules } from './import-rules.ts';
import { tryRules } from './try-rule.ts';

let world: World;

beforeAll(async () => {
  world = await openWorld();
});

afterEach(() => forgetRules(world));

afterAll(() => world?.close());

/** What `broken` stores make a statement fail by. */
const MARKS = { throws: 'mark-throws', memory: 'mark-memory' } as const;

/** Takes far more memory than it gets. The engine does not count the first few megabytes of a statement exactly. */
const TOO_LARGE = 'SELECT length(arraySort(range(rand() % 2 + 10000000))) AS large';

/** In every statement about logs of endpoints. */
const ENDPOINT = "kind = 'endpoint'";

const failing = (number: number, mark: string) => numberedRule(number).replace('.host', `.${mark}`);

const counting = (number: number, of: number) => `title: Rule ${number}
id: ${numberedId(number)}
correlation:
  type: event_count
  rules: [${numberedId(of)}]
  group-by: [src_ip]
  timespan: 5m
  condition: {gte: 1}
  generate: true
`;

/** The world's event store, with the real engine failing at statements that hold a mark. */
function broken(marks: readonly string[] = [MARKS.throws]): World {
  const events = new Proxy(world.context.events, {
    get(target, name) {
      if (name !== 'query') return Reflect.get(target, name, target);
      return (sql: string, parameters: Parameters<EventStore['query']>[1], options: QueryOptions = {}) => {
        const isLarge = sql.includes(MARKS.memory);
        const statement = isLarge ? TOO_LARGE : sql;
        const text = marks.some((mark) => sql.includes(mark)) ? 'SELECT throwIf(1)' : statement;
        const settings = isLarge ? { ...options.settings, max_memory_usage: 1_000_000 } : options.settings;
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
    await useRules(world, [numberedRule(1), failing(2, MARKS.throws), numberedRule(3)].join('---\n'));
    await load([1, 3]);
    const { setApart } = await detect(broken().context);
    expect(setApart).toMatchObject([{ ruleId: numberedId(2), reason: expect.stringMatching(/throwIf/) }]);
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
    expect(await apart()).toEqual([numberedId(2)]);
    const files = [{ name: 'rules.yml', text: failing(2, MARKS.throws) }];
    expect(await importRules(world.context, OPERATOR, { pack: 'test', files, enable: true })).toMatchObject({
      unchanged: 1,
      setApart: 1,
    });
    expect(await apart()).toEqual([numberedId(2)]);
    expect(await enableRules(world.context, OPERATOR, { ids: [numberedId(2)] })).toMatchObject([{ id: numberedId(2) }]);
    expect(await apart()).toEqual([]);
    await load([2]);
    await detectAll(broken());
    expect(await apart()).toEqual([numberedId(2)]);
    await useRules(world, numberedRule(2));
    expect(await apart()).toEqual([]);
    await backfill(world.context, { ruleIds: [numberedId(2)], sinceMs: Date.parse('2026-01-14T00:00:00Z') });
    expect((await alarms()).map(({ rule, events }) => [rule, events])).toEqual([['Rule 2', 2]]);
  });

  test('is looked for again after an upgrade that compiles it to something else', async () => {
    await useRules(world, failing(2, MARKS.throws));
    await load([2]);
    await detectAll(broken());
    const { db } = world.context.control;
    await disableRules(world.context, OPERATOR, { ids: [numberedId(2)] });
    await db.updateTable('rules').set({ apartCompiled: 'as an earlier release did', enabled: 1 }).execute();
    await load([2]);
    await detectAll(world);
    expect(await apart()).toEqual([]);
  });

  test('is set apart where this release cannot read it any more', async () => {
    await useRules(world, [numberedRule(1), numberedRule(2)].join('---\n'));
    const { db } = world.context.control;
    await db.updateTable('rules').set({ text: 'title: [' }).where('id', '=', numberedId(2)).execute();
    await load([1, 2]);
    await detectAll(world);
    expect(await apart()).toEqual([numberedId(2)]);
    expect((await alarms()).map(({ rule }) => rule)).toEqual(['Rule 1']);
  });

  test('does not keep a look back from the others, and a trial says why it finds nothing', async () => {
    await load([1, 2]);
    await detectAll(world);
    await useRules(world, [failing(2, MARKS.throws), numberedRule(1)].join('---\n'));
    const { context } = broken();
    await backfill(context, { ruleIds: [numberedId(2), numberedId(1)], sinceMs: Date.parse('2026-01-14T00:00:00Z') });
    expect((await alarms()).map(({ rule }) => rule)).toEqual(['Rule 1']);
    const { problems } = await tryRules(context, OPERATOR, { trial: { id: numberedId(2) }, days: 30 });
    expect(problems).toMatchObject([{ message: expect.stringMatching(/throwIf/) }]);
  });
});

describe('a rule that the event store refuses', () => {
  const use = (text: string, enable: boolean) =>
    importRules(broken().context, OPERATOR, { pack: 'test', files: [{ name: 'rules.yml', text }], enable });

  test('is set apart as it is imported, with its reason and place, and the others are in order', async () => {
    const text = [numberedRule(1), failing(2, MARKS.throws), counting(3, 2), numberedRule(4)].join('---\n');
    const imported = await use(text, true);
    expect(imported).toMatchObject({ added: 4, setApart: 2 });
    expect(imported.problems).toMatchObject([
      { file: 'rules.yml', line: 8, message: expect.stringMatching(/set apart.*throwIf/) },
      { file: 'rules.yml', line: 15, message: expect.stringMatching(/set apart.*throwIf/) },
    ]);
    expect(await apart()).toEqual([numberedId(2), numberedId(3)]);
    await load([1]);
    expect((await detect(broken().context)).setApart).toEqual([]);
    expect((await alarms()).map(({ rule }) => rule)).toEqual(['Rule 1']);
    expect(await use(text, true)).toMatchObject({ unchanged: 4, setApart: 2 });
  });

  test('is set apart as it is enabled', async () => {
    expect(await use([numberedRule(1), failing(2, MARKS.throws)].join('---\n'), false)).toMatchObject({
      added: 2,
      setApart: 0,
    });
    expect(await enableRules(broken().context, OPERATOR, { pack: 'test' })).toMatchObject([
      { id: numberedId(1), enabled: true, setApart: null },
      { id: numberedId(2), enabled: true, setApart: { reason: expect.stringMatching(/throwIf/) } },
    ]);
    expect(await apart()).toEqual([numberedId(2)]);
    expect(await enableRules(world.context, OPERATOR, { pack: 'test' })).toMatchObject([
      { id: numberedId(2), setApart: null },
    ]);
  });

  test('is no rule at fault where nothing can be read', async () => {
    const { context } = broken(['FROM events']);
    const files = [{ name: 'rules.yml', text: numberedRule(1) }];
    const imported = await importRules(context, OPERATOR, { pack: 'test', files, enable: true });
    expect(imported).toMatchObject({ added: 1, setApart: 0, problems: [] });
  });
});

describe('logs that cannot be asked for', () => {
  test('set the rules about them apart and hold up no others', async () => {
    await useRules(
      world,
      [
        numberedRule(1),
        numberedRule(2).replace('category: dns', 'category: process_creation').replace('query', 'CommandLine'),
      ].join('---\n'),
    );
    await load([1]);
    await detect(broken([ENDPOINT]).context);
    expect(await apart()).toEqual([numberedId(2)]);
    expect((await alarms()).map(({ rule }) => rule)).toEqual(['Rule 1']);
    await expectSeenAll();
  });

  test('are no reason to set rules apart where the events cannot be read at all', async () => {
    await useRules(world, numberedRule(1));
    await load([1]);
    await expect(detect(broken(['FROM events']).context)).rejects.toThrow(/throwIf/);
    expect(await apart()).toEqual([]);
    await detectAll(world);
    expect((await alarms()).map(({ rule }) => rule)).toEqual(['Rule 1']);
  });
});

describe('whatever rules fail, and however', () => {
  test('the alarms of all others are those of a run without them, also across a restart', async () => {
    const kind = fc.constantFrom('sound', 'throws', 'memory', 'correlation', 'bad correlation');
    const rules = fc.array(kind, { minLength: 2, maxLength: 8 });
    await fc.assert(
      fc.asyncProperty(rules, async (kinds) => {
        const { db } = world.context.control;
        for (const table of ['rules', 'alarms', 'alarmDetails', 'alarmMatches'] as const) {
          await db.deleteFrom(table).execute();
        }
        const isBad = (one: string) => one === 'throws' || one === 'memory' || one === 'bad correlation';
        const textOf = (one: string, index: number) => {
          if (one === 'throws' || one === 'memory') return failing(index, MARKS[one]);
          if (one === 'correlation') return `${counting(index, 1000 + index)}---\n${numberedRule(1000 + index)}`;
          if (one === 'bad correlation') {
            return `${counting(index, 1000 + index)}---\n${failing(1000 + index, MARKS.throws)}`.replace(
              'generate: true',
              '',
            );
          }
          return numberedRule(index);
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
        const bad = kinds.flatMap((one, index) => (isBad(one) ? [numberedId(index)] : []));
        expect((await apart()).toSorted()).toEqual(bad.toSorted());
        const found = (await alarms()).map((alarm) => JSON.stringify(alarm)).toSorted();
        for (const table of ['alarms', 'alarmDetails', 'alarmMatches'] as const) await db.deleteFrom(table).execute();
        const others = kinds.map((one, index) => (isBad(one) ? numberedRule(2000 + index) : textOf(one, index)));
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
