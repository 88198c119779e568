import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { type LogRecord, openRecordHarness, type RecordHarness } from '../../../test/record-harness.ts';
import { seededRandom } from '../../kit/random.ts';
import type { BackupJob, BackupJobFilter } from '../../model/backup-job.ts';
import { deleteEventsBefore } from '../retention.ts';
import { countBackupJobs, listBackupJobs, readBackupJob } from './backup-jobs.ts';
import { backupJobsSql } from './backup-jobs-sql.ts';

let harness: RecordHarness;
let org = 0;

beforeAll(async () => {
  harness = await openRecordHarness();
});

beforeEach(() => {
  org += 1;
});

afterAll(async () => {
  await harness.close();
});

type Told = Readonly<Record<string, unknown>>;

const volume = (name: string) => ({ id: `arn:${name}`, type: 'aws_ebs_volume', value: name });

/** A record at a minute of an hour about job `a`, or the one it names. */
function record(minute: number, told: Told): LogRecord {
  return { time: at(minute), kind: 'backup', backup_job: { job: 'a', category: 'backup', ...told } };
}

const at = (minute: number) => `2026-03-01 10:${String(minute).padStart(2, '0')}:00.000000`;
const us = (minute: number) => Date.parse(`2026-03-01T10:${String(minute).padStart(2, '0')}:00Z`) * 1000;

async function jobs(filter: BackupJobFilter = {}): Promise<BackupJob[]> {
  const page = { order: 'created', limit: 1000, offset: 0 } as const;
  const { total, jobs } = await listBackupJobs(harness.store, { organizationIds: [org], filter, page });
  expect(total).toBe(jobs.length);
  return jobs;
}

const QUEUED = record(0, { status: 'queued', created: at(0) });
const RUNNING = record(5, {
  status: 'in_progress',
  created: at(0),
  started: at(1),
  progress: 40,
  primary_entity: volume('vol-1'),
  bytes: 100,
});
const DONE = record(9, { status: 'completed', created: at(0), started: at(1), ended: at(8), message: 'well' });
const JOB = {
  status: 'completed',
  progress: 100,
  message: 'well',
  createdUs: us(0),
  startedUs: us(1),
  endedUs: us(8),
  primaryEntity: volume('vol-1'),
  parentEntity: null,
  bytes: 100,
};

describe('the records of one job', () => {
  const orders = [
    ['in order', [QUEUED, RUNNING, DONE]],
    ['the other way round', [DONE, RUNNING, QUEUED]],
    ['with repeats', [RUNNING, DONE, QUEUED, RUNNING, DONE, DONE]],
  ] as const;

  test.each(orders)('make one row, %s, in one batch', async (_, records) => {
    await harness.insert(org, records);
    expect(await jobs()).toMatchObject([JOB]);
  });

  test.each(orders)('make one row, %s, in a batch each, each sent twice', async (_, records) => {
    for (const one of records) await harness.insert(org, [one], 2);
    expect(await jobs()).toMatchObject([JOB]);
  });

  test('say what each of them alone tells', async () => {
    await harness.insert(org, [QUEUED]);
    expect(await jobs()).toMatchObject([
      { status: 'queued', progress: 0, startedUs: null, endedUs: null, bytes: null },
    ]);
    await harness.insert(org, [RUNNING]);
    expect(await jobs()).toMatchObject([{ status: 'in_progress', progress: 40, startedUs: us(1), endedUs: null }]);
  });

  test('keep an end against whatever is told later of the way there', async () => {
    await harness.insert(org, [record(5, { status: 'failed', message: 'no space', ended: at(5) })]);
    await harness.insert(org, [record(7, { status: 'in_progress', message: 'still going' })]);
    await harness.insert(org, [record(8, { status: 'aborting' }), record(9, { status: 'no such state' })]);
    expect(await jobs()).toMatchObject([{ status: 'failed', message: 'no space', endedUs: us(5) }]);
  });

  test('let the later of two ends count', async () => {
    await harness.insert(org, [record(6, { status: 'completed' })]);
    await harness.insert(org, [record(5, { status: 'failed' }), record(4, { status: 'aborted' })]);
    expect(await jobs()).toMatchObject([{ status: 'completed' }]);
  });

  test('keep the id, whichever comes first, and give each organization its own', async () => {
    await harness.insert(org, [DONE]);
    const [first] = await jobs();
    await harness.insert(org, [QUEUED]);
    expect((await jobs())[0]?.id).toBe(first?.id);
    expect(BigInt(first?.id ?? 0)).toBeGreaterThanOrEqual(2n ** 40n);
    expect(BigInt(first?.id ?? 0)).toBeLessThan(2n ** 53n);
    org += 1;
    await harness.insert(org, [DONE]);
    expect((await jobs())[0]?.id).not.toBe(first?.id);
  });

  test('whatever their order and batches, merge to the same', async () => {
    const random = seededRandom('states');
    const told = Array.from({ length: 40 }, (_, index) =>
      record(index, {
        job: `j${index % 5}`,
        // Some know when the job was created, some do not.
        created: random.pick([null, at(index % 5)]),
        status: random.pick(['', 'queued', 'in_progress', 'aborting', 'completed', 'failed', 'aborted']),
        message: `said ${index}`,
        bytes: random.pick([null, 0, index]),
        parts: { [`p${index % 3}`]: index },
        primary_entity: random.pick([undefined, volume('vol-9')]),
      }),
    );
    await harness.insert(org, told);
    const whole = await jobs();
    expect(whole).toHaveLength(5);
    org += 1;
    for (const one of told.toSorted(() => random.next() - 0.5)) await harness.insert(org, [one]);
    expect((await jobs()).map(content)).toEqual(whole.map(content));
  });
});

/** Without what names the organization. */
function content({ id: _, organizationId: __, ...rest }: BackupJob): unknown {
  return rest;
}

describe('what records do not tell', () => {
  test('a run that tells how long it took ended when it was told, unless another record knows when it began', async () => {
    await harness.insert(org, [record(9, { status: 'completed', took: 60_000_000 })]);
    expect(await jobs()).toMatchObject([{ createdUs: us(8), startedUs: us(8), endedUs: us(9) }]);
    await harness.insert(org, [record(2, { status: 'completed', created: at(2), started: at(2) })]);
    expect(await jobs()).toMatchObject([{ createdUs: us(2), startedUs: us(2), endedUs: us(3) }]);
  });

  test('bytes of parts add up, each part once, where no record tells those of the job', async () => {
    const parts = (told: Told) => record(1, { ...told, job: 'p' });
    await harness.insert(org, [parts({ parts: { x: 5 } }), parts({ parts: { y: 7 } })]);
    expect(await jobs()).toEqual([]);
    await harness.insert(org, [parts({ status: 'completed' }), parts({ parts: { x: 6 } })]);
    expect(await jobs()).toMatchObject([{ bytes: 13 }]);
    await harness.insert(org, [parts({ bytes: 0 })]);
    expect(await jobs()).toMatchObject([{ bytes: 0 }]);
  });

  test('records of other kinds, without a job, or refused make no job; those of a job are events as well', async () => {
    await harness.insert(org, [
      { ...DONE, kind: 'other' },
      record(1, { job: '', status: 'completed' }),
      { ...DONE, refused: 'for a reason' },
      record(1, { job: 'b', status: 'completed' }),
    ]);
    expect((await jobs()).map(({ job }) => job)).toEqual(['b']);
    const events = await harness.store.query('SELECT kind FROM events WHERE org = {org:UInt32} ORDER BY row', { org });
    expect(events).toEqual([{ kind: 'other' }, { kind: 'backup' }, { kind: 'backup' }]);
  });
});

describe('lists', () => {
  async function fill(): Promise<void> {
    const rows = [
      { job: 'a', status: 'completed', type: 'aws_ebs_volume_incremental_backup', primary_entity: volume('vol-0a1') },
      { job: 'b', status: 'failed', type: 'file_restore', category: 'restore', primary_entity: volume('vol-0b1') },
      { job: 'c', status: 'queued', parent_entity: { id: 'e1', type: 'aws_environment', value: '1/eu' } },
      { job: 'd', status: 'aborted', primary_entity: { id: 'h', type: 'host_path', value: "h:/srv/'x" } },
    ];
    await harness.insert(
      org,
      rows.map((row, index) => record(index * 10, { ...row, created: at(index * 10) })),
    );
  }

  const cases: readonly (readonly [BackupJobFilter, string])[] = [
    [{}, 'dcba'],
    [{ statuses: ['completed', 'aborted', 'no such'] }, 'da'],
    [{ statuses: [] }, ''],
    [{ categories: ['restore'] }, 'b'],
    [{ types: ['file_restore'] }, 'b'],
    [{ categoriesOrTypes: ['restore', 'aws_ebs_volume_incremental_backup'] }, 'ba'],
    [{ primaryIds: ['arn:vol-0a1', 'vol-0b1'] }, 'a'],
    [{ primaryIdsContaining: ['vol-0b'] }, 'b'],
    [{ primaryTypes: ['host_path'] }, 'd'],
    [{ primaryValues: ['vol-0a'] }, ''],
    [{ primaryValuesContaining: ['vol-0a', "/'x"] }, 'da'],
    [{ parentTypes: ['aws_environment'] }, 'c'],
    [{ parentIds: ['1/eu'] }, 'c'],
    [{ parentIds: ['e1', 'x'] }, 'c'],
    [{ created: { fromUs: us(10), toUs: us(30) } }, 'cb'],
    [{ started: { fromUs: us(20) } }, 'dc'],
    [{ started: { toUs: us(10) - 1 } }, 'a'],
    [{ started: { fromUs: -1e18, toUs: 1e18 } }, 'dcba'],
    [{ ids: ['x', '1'] }, ''],
    [{ statuses: ['failed'], categories: ['backup'] }, ''],
  ];

  test('every filter alone and two together', async () => {
    await fill();
    for (const [filter, names] of cases) {
      expect((await jobs(filter)).map(({ job }) => job).join(''), JSON.stringify(filter)).toBe(names);
    }
  });

  test('pages follow one another without gap or repeat, with the number of all', async () => {
    await fill();
    const seen: string[] = [];
    for (let offset = 0; offset < 6; offset += 1) {
      const page = { order: 'started', limit: 1, offset } as const;
      const { total, jobs } = await listBackupJobs(harness.store, { organizationIds: [org, 999], filter: {}, page });
      expect(total).toBe(4);
      seen.push(...jobs.map(({ job }) => job));
    }
    expect(seen).toEqual(['d', 'c', 'b', 'a']);
  });

  test('one job is read by its id, by nobody but those who have it', async () => {
    await fill();
    const [job] = await jobs();
    expect(await readBackupJob(harness.store, [org], job?.id ?? '')).toEqual(job);
    expect(await readBackupJob(harness.store, [org + 1000], job?.id ?? '')).toBeUndefined();
    expect(await readBackupJob(harness.store, [], job?.id ?? '')).toBeUndefined();
    expect(await readBackupJob(harness.store, [org], "1' OR 1")).toBeUndefined();
  });

  test('the statement for reports gives all jobs in order', async () => {
    await fill();
    const { sql, parameters } = backupJobsSql({ organizationIds: [org], filter: {} }, 'started');
    const rows = await harness.store.query<{ job: string }>(sql, parameters);
    expect(rows.map(({ job }) => job)).toEqual(['d', 'c', 'b', 'a']);
    expect(await countBackupJobs(harness.store, { organizationIds: [org], filter: {} })).toBe(4);
  });
});

test('retention deletes jobs of which nothing was heard since, whole', async () => {
  const early = '2026-02-01 10:00:00.000000';
  const old = (told: Told) => ({ ...record(0, { created: early, ...told }), time: early });
  await harness.insert(org, [old({ status: 'queued', bytes: 7 }), old({ job: 'b', status: 'completed' })]);
  await harness.insert(org, [record(9, { created: early, status: 'completed' })]);
  await deleteEventsBefore(harness.store, Date.parse('2026-03-01T00:00:00Z'));
  expect(await jobs()).toMatchObject([{ job: 'a', createdUs: Date.parse('2026-02-01T10:00:00Z') * 1000, bytes: 7 }]);
});
