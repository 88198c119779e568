import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { type LogRecord, openRecordHarness, type RecordHarness } from '../../../test/record-harness.ts';
import { seededRandom } from '../../kit/random.ts';
import type { ConsumptionFilter } from '../../model/consumption.ts';
import { consumptionSql } from './consumption.ts';

let harness: RecordHarness;
let org = 0;

beforeAll(async () => {
  harness = await openRecordHarness();
});

beforeEach(() => {
  org += 1;
});

afterAll(() => harness.close());

const GIB = 2 ** 30;
/** Day 0 is the first of March. */
const day = (number: number) => new Date(Date.UTC(2026, 2, 1 + number)).toISOString().slice(0, 10);

interface Backup {
  readonly day: number;
  readonly entity: string;
  readonly gib: number | null;
  readonly keptDays?: number;
  readonly told?: Readonly<Record<string, unknown>>;
}

let number = 0;

function record({ day: at, entity, gib, keptDays, told }: Backup): LogRecord {
  number += 1;
  const time = `${day(at)} 10:00:00.000000`;
  return {
    time,
    kind: 'backup',
    raw: 'x'.repeat(1024),
    backup_job: {
      job: `job ${number}`,
      category: 'backup',
      status: 'completed',
      created: time,
      ended: time,
      bytes: gib === null ? null : gib * GIB,
      primary_entity: { id: entity, type: 'host_path', value: `name of ${entity}` },
      parent_entity: { id: 'p', type: 'server', value: 'bkp01' },
      ...(keptDays === undefined ? {} : { kept_until: `${day(at + keptDays)} 10:00:00.000000` }),
      ...told,
    },
  };
}

interface Row {
  day: string;
  operation: string;
  unit: string;
  amount: number;
  primary_id: string;
}

async function consumed(filter: ConsumptionFilter): Promise<Row[]> {
  const { sql, parameters } = consumptionSql({ organizationIds: [org], filter });
  return harness.store.query<Row>(sql, parameters);
}

/** `entity day amount` of the backups. */
async function protectedDays(filter: ConsumptionFilter): Promise<string[]> {
  const rows = (await consumed(filter)).filter(({ operation }) => operation === 'backup');
  return rows.map((row) => `${row.primary_id} ${row.day.slice(5)} ${row.amount}`);
}

test('a backup counts from its day until the next one, and while it is kept', async () => {
  await harness.insert(org, [
    record({ day: 0, entity: 'a', gib: 2 }),
    record({ day: 2, entity: 'a', gib: 5 }),
    record({ day: 2, entity: 'a', gib: 3, keptDays: 2 }),
    record({ day: 6, entity: 'a', gib: 0 }),
  ]);
  expect(await protectedDays({ throughDay: day(7) })).toEqual([
    'a 03-01 2',
    'a 03-02 2',
    'a 03-03 3',
    'a 03-04 3',
    'a 03-07 0',
    'a 03-08 0',
  ]);
  expect(await protectedDays({ fromDay: day(1), throughDay: day(2) })).toEqual(['a 03-02 2', 'a 03-03 3']);
  expect(await protectedDays({ fromDay: day(5), throughDay: day(4) })).toEqual([]);
});

test('a backup of which nothing tells how long it is kept counts for 30 days', async () => {
  await harness.insert(org, [record({ day: 0, entity: 'a', gib: 1 })]);
  const days = await protectedDays({ throughDay: day(60) });
  expect([days.length, days.at(-1)]).toEqual([30, 'a 03-30 1']);
});

test('only what was completed, is a backup, and has a size and an entity counts', async () => {
  await harness.insert(org, [
    record({ day: 0, entity: 'failed', gib: 1, told: { status: 'failed' } }),
    record({ day: 0, entity: 'restored', gib: 1, told: { category: 'restore' } }),
    record({ day: 0, entity: 'unknown', gib: null }),
    record({ day: 0, entity: 'x', gib: 1, told: { primary_entity: { id: '', type: '', value: '' } } }),
    record({ day: 0, entity: 'snapshot', gib: 1, told: { category: 'snapshot' } }),
  ]);
  expect(await protectedDays({ throughDay: day(0) })).toEqual(['snapshot 03-01 1']);
});

test('events and the bytes of their records count on their day', async () => {
  await harness.insert(org, [record({ day: 0, entity: 'a', gib: 1 }), record({ day: 1, entity: 'a', gib: 1 })]);
  await harness.insert(org, [{ ...record({ day: 1, entity: 'a', gib: 1 }), kind: 'dns', raw: 'y'.repeat(2048) }]);
  const rows = (await consumed({ throughDay: day(1), primaryTypes: ['belfry_events'] })).map((row) => [
    row.day.slice(5),
    row.unit,
    row.unit === 'GiB' ? row.amount * GIB : row.amount,
    row.primary_id,
  ]);
  const id = String(org);
  expect(rows).toEqual([
    ['03-01', 'GiB', 1024, id],
    ['03-01', 'events', 1, id],
    ['03-02', 'GiB', 3072, id],
    ['03-02', 'events', 2, id],
  ]);
});

test('filters by entity, and asks no other organization', async () => {
  await harness.insert(org, [record({ day: 0, entity: 'a', gib: 1 }), record({ day: 0, entity: 'b', gib: 2 })]);
  await harness.insert(org + 1000, [record({ day: 0, entity: 'a', gib: 9 })]);
  const throughDay = day(0);
  expect(await protectedDays({ throughDay, primaryIds: ['b'] })).toEqual(['b 03-01 2']);
  expect(await protectedDays({ throughDay, primaryValuesContaining: ['of a'] })).toEqual(['a 03-01 1']);
  expect(await protectedDays({ throughDay, primaryTypes: ['aws_ebs_volume'] })).toEqual([]);
  expect(await consumed({ throughDay, parentIds: ['bkp01'] })).toHaveLength(2);
  expect(await consumed({ throughDay, parentTypes: [] })).toEqual([]);
});

test('agrees with counting by hand', async () => {
  const random = seededRandom('consumption');
  const backups = Array.from(
    { length: 120 },
    (_, index): Backup => ({
      day: Math.floor(index / 2),
      entity: random.pick(['a', 'b', 'c', 'd', 'e']),
      gib: random.int(100),
      ...(random.chance(0.5) ? { keptDays: random.int(12) } : {}),
    }),
  );
  await harness.insert(
    org,
    backups.toReversed().map((backup, index) => offset(record(backup), backups.length - index)),
  );
  const expected: string[] = [];
  for (let at = 0; at <= 70; at += 1) {
    for (const entity of ['a', 'b', 'c', 'd', 'e']) {
      const latest = backups.findLast((backup) => backup.entity === entity && backup.day <= at);
      if (latest && at < latest.day + (latest.keptDays ?? 30))
        expected.push(`${entity} ${day(at).slice(5)} ${latest.gib}`);
    }
  }
  expect(expected.length).toBeGreaterThan(100);
  expect(await protectedDays({ throughDay: day(70) })).toEqual(expected);
});

/** Seconds that keep the order of backups of one day. */
function offset(one: LogRecord, seconds: number): LogRecord {
  const later = new Date(Date.parse(`${one.time.replace(' ', 'T')}Z`) + seconds * 1000).toISOString();
  const time = later.replace('T', ' ').replace('Z', '000');
  return { ...one, time, backup_job: { ...(one.backup_job as Record<string, unknown>), ended: time } };
}
