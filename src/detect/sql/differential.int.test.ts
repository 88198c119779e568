import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { stringify } from 'yaml';
import { arbitraryEvent, arbitraryRule, type NaiveRule } from '../../../test/sigma/arbitrary-rules.ts';
import { type NaiveEvent, selectionHolds } from '../../../test/sigma/naive-sigma.ts';
import { openTestEvents } from '../../../test/test-events.ts';
import type { EventStore } from '../../events/client.ts';
import { migrateEvents } from '../../events/migrate.ts';
import { sqlText } from '../../kit/sql-literals.ts';
import { compileGroup, type EventRule, parseRules } from '../index.ts';

let folder: string;
let store: EventStore;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'belfry-sigma-'));
  store = await openTestEvents(join(folder, 'events'), { queryTimeoutSeconds: 120 });
  await migrateEvents(store);
});
afterAll(async () => {
  await store?.close();
  await rm(folder, { recursive: true, force: true });
});

function parsed(rule: NaiveRule): EventRule {
  const document = {
    title: 'Random',
    logsource: { product: 'windows' },
    detection: { ...rule.selections, condition: rule.condition.text },
  };
  // In quotes: as a block, the library writes a text of blanks so that it reads back as another one.
  const text = stringify(document, { defaultStringType: 'QUOTE_DOUBLE' });
  const { rules, problems } = parseRules(text, 'random.yml');
  expect(problems, text).toEqual([]);
  const [event] = rules;
  if (event?.type !== 'event') throw new Error(`no rule in ${text}`);
  return event;
}

async function insert(seq: number, events: readonly NaiveEvent[]): Promise<void> {
  const rows = events.map((event, row) => {
    const present = Object.entries(event).filter(([, [text = '']]) => text !== '');
    const pairs = present.flatMap(([name, [text = '']]) => [sqlText(name), sqlText(text)]);
    return `(1, '2026-01-01 00:00:00', ${seq}, ${row}, 'endpoint', ${pairs.length === 0 ? 'map()' : `map(${pairs.join(', ')})`})`;
  });
  await store.command(`INSERT INTO events (org, time, seq, row, kind, extra) VALUES ${rows.join(', ')}`);
}

/** Numbers of the rules that match, by row, as the event store finds them. */
async function compiled(seq: number, rules: readonly NaiveRule[]): Promise<Map<number, number[]>> {
  const sql = compileGroup(rules.map(parsed)).matched('seq = {seq:UInt64}');
  const rows = await store.query<{ row: number; matched: number[] }>(`SELECT row, matched FROM (${sql})`, { seq });
  return new Map(rows.map(({ row, matched }) => [row, matched]));
}

function naive(rule: NaiveRule, event: NaiveEvent): boolean {
  const found = Object.entries(rule.selections).map(
    ([name, selection]) => [name, selectionHolds(selection, event)] as const,
  );
  return rule.condition.holds(new Map(found));
}

describe('rules compiled to SQL', () => {
  it('match what an evaluation of the rule as written says, whatever rules and events', async () => {
    let seq = 0;
    const seen = { true: 0, false: 0 };
    const events = fc.array(arbitraryEvent, { minLength: 20, maxLength: 40 });
    const rules = fc.array(arbitraryRule, { minLength: 30, maxLength: 60 });
    await fc.assert(
      fc.asyncProperty(rules, events, async (rules, events) => {
        seq += 1;
        await insert(seq, events);
        const found = await compiled(seq, rules);
        const differing = events.flatMap((event, row) =>
          rules.flatMap((rule, index) => {
            const matched = found.get(row)?.includes(index + 1) === true;
            seen[`${matched}`] += 1;
            return matched === naive(rule, event)
              ? []
              : [{ event, rule: { ...rule.selections, condition: rule.condition.text }, matched }];
          }),
        );
        expect(differing.slice(0, 3)).toEqual([]);
      }),
      { numRuns: 40, endOnFailure: true },
    );
    // The rules are neither all true nor all false.
    expect(Math.min(seen.true, seen.false)).toBeGreaterThan(1000);
  }, 300_000);
});
