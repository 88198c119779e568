import { createHash } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { backupRecord } from '../../../test/backup-records.ts';
import { clumioToken, type Headers, inContext } from '../../../test/clumio-api.ts';
import { askReport, fetchLink, listedReports, rowsOf, writeReports } from '../../../test/report-flow.ts';
import { openWorld, type World } from '../../../test/world.ts';

let world: World;
let token: Headers;

const volume = (value: string) => ({ id: `arn:${value}`, type: 'aws_ebs_volume', value });
const place = { id: '', type: 'aws_environment', value: '1111/eu-west-1' };

beforeAll(async () => {
  world = await openWorld();
  // The audit trail has its own clock.
  world.nowMs = Date.now() + 60_000;
  const { branch, office, sibling, stranger } = world.organizations;
  const at = (hours: number) => new Date(world.nowMs - hours * 3_600_000).toISOString();
  await world.load(branch, [
    backupRecord(at(5), {
      job: 'a',
      primary_entity: volume('vol-a'),
      parent_entity: place,
      transferred: 100,
      bytes: 2 ** 30,
    }),
    backupRecord(at(4), { job: 'b', status: 'failed', message: '=cmd|"x"', primary_entity: volume('vol-b') }),
    backupRecord(at(3), { job: 'c', status: 'in_progress', primary_entity: volume('vol-c') }),
  ]);
  await world.load(office, [
    backupRecord(at(2), { job: 'd', status: 'aborted', category: 'restore', primary_entity: volume('@vol') }),
  ]);
  await world.load(sibling, [backupRecord(at(2), { job: 'e', primary_entity: volume('vol-e') })]);
  await world.load(stranger, [backupRecord(at(2), { job: 'f', primary_entity: volume('vol-f') })]);
  token = await clumioToken(world, branch);
});

afterAll(() => world?.close());

test('the flow of the document: ask, follow the task, pick from the list, fetch without a token', async () => {
  const asked = await askReport(world, token, { type: 'activity', file_name: 'my report' });
  expect(asked.statusCode).toBe(202);
  expect(asked.headers['content-type']).toBe('application/api.clumio.report-downloads=v1+json');
  const { task_id } = asked.json();
  expect(asked.json()).toEqual({
    task_id: expect.stringMatching(/^\d+$/),
    _links: {
      _self: { href: '/reports/downloads', templated: false, type: 'post' },
      'read-task': { href: `/tasks/${task_id}`, templated: false, type: 'get' },
    },
  });
  const task = async () => (await world.app.inject({ url: `/tasks/${task_id}`, headers: token })).json();
  expect(await task()).toMatchObject({
    status: 'queued',
    type: 'activity_report_file_download',
    category: 'report_generation',
    genre: 'administrative',
    is_abortable: true,
    progress_percentage: 0,
    primary_entity: { type: 'report_download', value: 'my report' },
  });
  expect(await listedReports(world, token)).toEqual([]);
  await writeReports(world);
  expect(await task()).toMatchObject({ status: 'completed', is_abortable: false, progress_percentage: 100 });
  const [report] = await listedReports(world, token);
  expect(report).toMatchObject({ type: 'activity', file_name: 'my report', filters: '', task_id });
  const file = await fetchLink(world, report?.download_link ?? '');
  expect(file.statusCode).toBe(200);
  expect(file.headers).toMatchObject({
    'content-type': 'text/csv; charset=utf-8',
    'content-disposition': `attachment; filename="my report.csv"; filename*=UTF-8''my%20report.csv`,
    'content-length': String(Buffer.byteLength(file.body)),
  });
  const manifest = await fetchLink(world, `${report?.download_link}.manifest.json`);
  expect(manifest.json()).toMatchObject({
    rows: 3,
    bytes: Buffer.byteLength(file.body),
    sha256: createHash('sha256').update(file.body).digest('hex'),
    organizational_unit_id: '00000000-0000-0000-0000-000000000000',
  });
});

describe('an activity report', () => {
  test('has a row for each job of the unit and below that has ended, newest first', async () => {
    const rows = await rowsOf(world, token, { type: 'activity' });
    expect(
      rows.map((row) => [row.status, row.category, row.primary_entity_value, row.organizational_unit_name]),
    ).toEqual([
      ['aborted', 'restore', "'@vol", 'office'],
      ['failed', 'backup', 'vol-b', 'Global organizational unit'],
      ['success', 'backup', 'vol-a', 'Global organizational unit'],
    ]);
    expect(rows.map((row) => row.error_message)).toEqual(['', `'=cmd|"x"`, '']);
    expect(rows[2]).toMatchObject({
      bytes_transferred: '100',
      duration_seconds: '0',
      parent_entity_value: '1111/eu-west-1',
    });
    expect(rows[2]?.start_timestamp).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/);
  });

  test('is limited to the context of the request', async () => {
    const { office } = world.organizations;
    const rows = await rowsOf(world, inContext(token, office.uuid), { type: 'activity' });
    expect(rows.map((row) => row.primary_entity_value)).toEqual(["'@vol"]);
  });
});

test('an audit report has the trail of the unit', async () => {
  const rows = await rowsOf(world, token, { type: 'audit', filter: { category: { $in: ['reports'] } } });
  expect(rows.length).toBeGreaterThan(3);
  expect(new Set(rows.map((row) => row.category))).toEqual(new Set(['reports']));
});

test('a consumption report has what is protected and what is stored, by day', async () => {
  const rows = await rowsOf(world, token, { type: 'consumption' });
  const kept = rows.filter((row) => row.entity_type === 'EBS');
  const volume = { primary_entity_value: 'vol-a', daily_usage_amount: '1', unit_metered: 'GiB', org_name: 'branch' };
  // The job ended five hours ago, which may be yesterday.
  expect([1, 2]).toContain(kept.length);
  for (const row of kept) expect(row).toMatchObject(volume);
  expect(kept.at(-1)?.date).toBe(new Date(world.nowMs).toISOString().slice(0, 10));
  const stored = rows.filter((row) => row.entity_type === 'BelfryEvents' && row.unit_metered === 'events');
  expect(stored.reduce((sum, row) => sum + Number(row.daily_usage_amount), 0)).toBe(4);
});
