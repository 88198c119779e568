import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
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
import { listRules } from './change-rules.ts';

let world: World;

beforeAll(async () => {
  world = await openWorld();
});

afterEach(() => forgetRules(world));

afterAll(() => world?.close());

const alarms = async () => (await alarmsOf(world, world.organizations.branch)).map(brief);
const apart = async () => (await listRules(world.context, OPERATOR, { setApart: true })).map(({ id }) => id);

describe('long lists of values', () => {
  const values = (count: number) => Array.from({ length: count }, (_, n) => `host${n}.example`);

  test('are looked for like short ones: 8,000 values in one rule', async () => {
    const text = (modifier: string, number: number, count: number) => `title: Rule ${number}
id: ${numberedId(number)}
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
    await useRules(world, [...(await Promise.all(lists)), numberedRule(1)].join('\n---\n'));
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
