import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { testMatch } from '../../../test/alarms.ts';
import { openTestControl } from '../../../test/test-control.ts';
import type { Alarm, AlarmMatch } from '../../model/alarm.ts';
import type { Organization } from '../../model/organization.ts';
import type { Control } from '../database.ts';
import { inTransaction } from '../transaction.ts';
import { recordMatches } from './alarm-matches.ts';
import { beginAlarmChange } from './alarm-versions.ts';
import { findAlarms } from './find-alarms.ts';
import { foldMatches } from './folded-matches.ts';
import { createOrganization } from './organizations.ts';

let dir: string;
let control: Control;
let organization: Organization;

const actor = { type: 'system', id: 'test', label: 'test', from: 'local', via: 'test' } as const;
const START = Date.parse('2026-01-01T00:00:00Z');
const MINUTE = 60_000;
const at = (seq: number) => new Date(START + seq * MINUTE);

beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'belfry-folded-'));
  control = await openTestControl(join(dir, 'control.db'));
  organization = await createOrganization(control.db, { slug: 'one', name: 'one', actor });
});

afterEach(async () => {
  await control.close();
  await rm(dir, { recursive: true });
});

/** Batch n was committed n minutes after the start. */
async function commitBatches(count: number): Promise<void> {
  const rows = Array.from({ length: count }, (_, index) => ({
    seq: index + 1,
    organizationId: organization.id,
    importId: null,
    format: 'test',
    variant: 'test',
    token: String(index),
    startHash: '',
    startOffset: 0,
    endOffset: 0,
    endHash: '',
    firstLine: 1,
    lines: 1,
    context: null,
    timezone: null,
    settings: '{}',
    spoolPath: null,
    state: 'committed' as const,
    owner: null,
    leaseUntil: null,
    attempts: 1,
    received: 1,
    stored: 1,
    rejected: 0,
    ignored: 0,
    openedAt: at(index + 1).toISOString(),
    committedAt: at(index + 1).toISOString(),
    reason: null,
  }));
  await control.db.insertInto('batches').values(rows).execute();
}

const record = (matches: readonly AlarmMatch[]) =>
  inTransaction(control.db, async (trx) => {
    const change = await beginAlarmChange(trx);
    return recordMatches(trx, matches, { change, nowMs: START, suppressedBy: () => false });
  });

const shareOf = (batchSeq: number, events = 1, groupKey = 'a') =>
  testMatch(organization, { batchSeq, groupKey, events, firstEventUs: START * 1000 + batchSeq });

async function alarms(): Promise<readonly Alarm[]> {
  const page = { sort: [], limit: 100, offset: 0 };
  return (await findAlarms(control.db, { organizationIds: [organization.id], filter: {}, page })).alarms;
}

const fold = (minutes: number, seen = 1000) => foldMatches(control.db, { committedBefore: at(minutes + 1), seen });

/** Batches on record, by alarm. */
async function onRecord(): Promise<number[][]> {
  const rows = await control.db.selectFrom('alarmMatches').selectAll().orderBy('batchSeq').execute();
  const ids = (await alarms()).map(({ id }) => id);
  return ids.map((id) => rows.filter(({ alarmId }) => alarmId === id).map(({ batchSeq }) => batchSeq));
}

test('what many batches added is one sum later, and the alarm is what it was', async () => {
  await commitBatches(150);
  const numbers = Array.from({ length: 150 }, (_, index) => index + 1);
  await record([...numbers.map((seq) => shareOf(seq)), ...[3, 140].map((seq) => shareOf(seq, 1, 'b'))]);
  const before = await alarms();
  expect(await fold(120)).toBe(120);
  expect(await alarms()).toEqual(before);
  const [a, b] = before[0]?.groupKey === 'a' ? [0, 1] : [1, 0];
  const records = await onRecord();
  expect(records[a]).toEqual([-120, ...numbers.slice(120)]);
  expect(records[b]).toEqual([-50, 140]);
  expect(await fold(120)).toBe(0);
  expect(await fold(130)).toBe(10);
  expect((await onRecord())[a]).toEqual([-130, ...numbers.slice(130)]);
});

test('a batch that was folded adds nothing when it is looked at again, whatever is seen in it', async () => {
  await commitBatches(9);
  await record([shareOf(2), shareOf(4), shareOf(9)]);
  await fold(5);
  const before = await alarms();
  await record([shareOf(2), shareOf(3), shareOf(4, 7), shareOf(9)]);
  expect(await alarms()).toEqual(before);
  expect(await onRecord()).toEqual([[-4, 9]]);
});

test('batches that were not folded still add, and still take back what they added', async () => {
  await commitBatches(9);
  await record([shareOf(2, 10), shareOf(4, 20), shareOf(9, 5)]);
  await fold(5);
  await record([shareOf(8, 100)]);
  expect((await alarms())[0]?.events).toBe(135);
  await record([shareOf(9, 6)]);
  expect(await alarms()).toMatchObject([{ events: 136, firstEventUs: START * 1000 + 2 }]);
});

test('an alarm that old batches raise now is whole', async () => {
  await commitBatches(9);
  await record([shareOf(2)]);
  await fold(9);
  await record([shareOf(1, 3, 'b'), shareOf(2, 4, 'b')]);
  expect((await alarms()).map(({ events }) => events).sort()).toEqual([1, 7]);
});

test('nothing is folded that detection has not seen', async () => {
  await commitBatches(9);
  await record([1, 2, 3].map((seq) => shareOf(seq)));
  expect(await fold(9, 2)).toBe(2);
  expect(await onRecord()).toEqual([[-2, 3]]);
  expect(await foldMatches(control.db, { committedBefore: at(0), seen: 9 })).toBe(0);
});
