import { createHash } from 'node:crypto';
import { readdir, rm, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { backupRecord } from '../../../test/backup-records.ts';
import { clumioToken, type Headers, inContext } from '../../../test/clumio-api.ts';
import { askReport, fetchLink, type ListedReport, listedReports, writeReports } from '../../../test/report-flow.ts';
import { openWorld, type World } from '../../../test/world.ts';
import { expireReports, openShelf } from '../../core/reports/index.ts';
import { attachment } from './content-disposition.ts';

let world: World;
let token: Headers;
let report: ListedReport;
let body: string;

const HOUR = 3_600_000;

beforeAll(async () => {
  world = await openWorld({ publicUrl: 'https://reports.example:8443' });
  const jobs = Array.from({ length: 2_000 }, (_, number) =>
    backupRecord(new Date(world.nowMs - number * 1000).toISOString(), { job: `job ${number}` }),
  );
  await world.load(world.organizations.branch, jobs);
  token = await clumioToken(world, world.organizations.branch);
});

beforeEach(async () => {
  report = await fresh();
  body = (await fetchLink(world, report.download_link)).body;
});

afterAll(() => world?.close());

/** A report made just now. */
async function fresh(fileName = 'report'): Promise<ListedReport> {
  const { task_id: id } = (await askReport(world, token, { type: 'activity', file_name: fileName })).json();
  await writeReports(world);
  const found = (await listedReports(world, token)).find(({ task_id }) => task_id === id);
  if (found === undefined) throw new Error('the report is not listed');
  return found;
}

const pathOf = (link: string) => new URL(link).pathname;
const files = () => readdir(world.deps.reportShelf.folder);

describe('a link', () => {
  test('is absolute, opens the whole file, and tells its length', async () => {
    expect(report.download_link).toMatch(/^https:\/\/reports\.example:8443\/reports\/downloads\/[0-9a-f-]{36}\?/);
    const answer = await fetchLink(world, report.download_link);
    expect(answer.statusCode).toBe(200);
    expect(answer.body.split('\r\n')).toHaveLength(2_002);
    expect(answer.headers).toMatchObject({ 'accept-ranges': 'bytes', 'content-length': String(body.length) });
    expect(answer.headers['content-encoding']).toBeUndefined();
  });

  test('answers HEAD without a body', async () => {
    const { pathname, search } = new URL(report.download_link);
    const answer = await world.app.inject({ method: 'HEAD', url: pathname + search });
    expect(answer.statusCode).toBe(200);
    expect(answer.headers['content-length']).toBe(String(body.length));
    expect(answer.body).toBe('');
  });

  test.each([
    ['bytes=0-9', 0, 10],
    ['bytes=100-199', 100, 200],
    ['bytes=-50', -50, undefined],
    ['bytes=1000-', 1000, undefined],
  ])('serves the range %s', async (range, from, to) => {
    const answer = await fetchLink(world, report.download_link, { range, 'accept-encoding': 'gzip' });
    expect(answer.statusCode).toBe(206);
    expect(answer.body).toBe(body.slice(from, to));
    expect(answer.headers['content-range']).toMatch(new RegExp(`^bytes \\d+-\\d+/${body.length}$`));
  });

  test('says that a range is not there', async () => {
    const answer = await fetchLink(world, report.download_link, { range: 'bytes=99999999-' });
    expect(answer.statusCode).toBe(416);
    expect(answer.headers['content-range']).toBe(`bytes */${body.length}`);
    expect(answer.json().errors).toHaveLength(1);
  });

  test('is refused when any of it is altered', async () => {
    const link = new URL(report.download_link);
    const other = await fresh();
    const altered: Readonly<Record<string, string>>[] = [
      { signature: 'A'.repeat(43) },
      { signature: `${link.searchParams.get('signature')}x` },
      { expires: '9999999999' },
      { expires: 'NaN' },
      { expires: '1e400' },
    ];
    for (const change of altered) {
      const url = new URL(link);
      for (const [name, value] of Object.entries(change)) url.searchParams.set(name, value);
      const answer = await fetchLink(world, url.href);
      expect(answer.statusCode, url.search).toBe(403);
      expect(answer.json().errors[0].error_message).toMatch(/signature/);
    }
    const swapped = `${other.download_link.split('?')[0]}${link.search}`;
    expect((await fetchLink(world, swapped)).statusCode).toBe(403);
  });

  test('is asked for a token without its signature, and may have one', async () => {
    const url = pathOf(report.download_link);
    expect((await world.app.inject(url)).statusCode).toBe(401);
    expect((await world.app.inject({ url, headers: token })).body).toBe(body);
    expect((await world.app.inject({ url: `/api${url}`, headers: token })).body).toBe(body);
    const { provider, stranger, sibling, office } = world.organizations;
    expect((await world.app.inject({ url, headers: await clumioToken(world, provider) })).statusCode).toBe(200);
    for (const organization of [stranger, sibling, office]) {
      const headers = await clumioToken(world, organization);
      expect((await world.app.inject({ url, headers })).statusCode, organization.slug).toBe(404);
      expect((await world.app.inject({ url: `${url}.manifest.json`, headers })).statusCode).toBe(404);
    }
    expect((await world.app.inject({ url, headers: inContext(token, office.uuid) })).statusCode).toBe(404);
    const backups = await clumioToken(world, world.organizations.branch, { scopes: ['backup_admin'] });
    expect((await world.app.inject({ url, headers: backups })).statusCode).toBe(403);
  });

  test.each(['nothing', '..%2f..%2fcontrol.db', '00000000-0000-4000-8000-000000000000', '%00'])(
    'to %s leads nowhere',
    async (id) => {
      const answer = await world.app.inject({ url: `/reports/downloads/${id}`, headers: token });
      expect(answer.statusCode).toBe(404);
      expect(answer.json().errors).toHaveLength(1);
    },
  );

  test('leads to a manifest with its suffix at either place', async () => {
    const { pathname, search } = new URL(report.download_link);
    const manifest = {
      id: report.id,
      file_name: 'report',
      rows: 2_000,
      bytes: body.length,
      sha256: createHash('sha256').update(body).digest('hex'),
      columns: body.split('\r\n')[0]?.split(','),
    };
    for (const url of [`${pathname}.manifest.json${search}`, `${pathname}${search}.manifest.json`]) {
      expect((await world.app.inject(url)).json(), url).toMatchObject(manifest);
    }
  });

  test('leads nowhere after its time, and the file is gone', async () => {
    const before = world.nowMs;
    try {
      world.nowMs += 48 * HOUR - 1_000;
      expect((await fetchLink(world, report.download_link)).statusCode).toBe(200);
      world.nowMs += 1_001;
      expect((await fetchLink(world, report.download_link)).statusCode).toBe(404);
      expect((await fetchLink(world, `${report.download_link}.manifest.json`)).statusCode).toBe(404);
      expect(await listedReports(world, token)).toEqual([]);
      await expireReports(world.context, world.deps.reportShelf);
      expect(await files()).toEqual([]);
      expect((await fetchLink(world, report.download_link)).statusCode).toBe(404);
    } finally {
      world.nowMs = before;
    }
  });

  test('says so when somebody took the file away', async () => {
    await rm(join(world.deps.reportShelf.folder), { recursive: true });
    // Among several processes it may be on another one's disk.
    const { statusCode } = await fetchLink(world, report.download_link);
    expect(statusCode).toBe(world.context.control.shared ? 503 : 404);
    await openShelf(world.context, world.deps.reportShelf);
  });
});

test('downloads are in the audit trail, one for each file that was begun', async () => {
  const trail = async () => {
    const rows = world.context.control.db.selectFrom('auditEntries').selectAll().where('objectId', '=', report.id);
    return (await rows.orderBy('seq').execute()).map(({ action, actorLabel, actorFrom }) => [
      action,
      actorLabel,
      actorFrom,
    ]);
  };
  const begun = await trail();
  expect(begun.map(([action]) => action)).toEqual(['report.create', 'report.download']);
  await fetchLink(world, report.download_link, { range: 'bytes=10-20' });
  await fetchLink(world, `${report.download_link}.manifest.json`);
  expect(await trail()).toEqual(begun);
  await fetchLink(world, report.download_link, { range: 'bytes=0-20' });
  await world.app.inject({ url: pathOf(report.download_link), headers: token });
  expect((await trail()).map(([action]) => action)).toEqual([
    ...begun.map(([action]) => action),
    ...Array(2).fill('report.download'),
  ]);
});

describe('names of files', () => {
  test.each([
    ['../../etc/passwd', '_.._etc_passwd.csv'],
    ['a"b\r\nSet-Cookie: x=1', 'a_b_Set-Cookie_ x=1.csv'],
    ['x.csv', 'x.csv'],
    ['X.CSV', 'X.csv'],
    ['.hidden', 'hidden.csv'],
    ['...', 'report.csv'],
    ['a\u202egpj.exe', 'a_gpj.exe.csv'],
    ['n'.repeat(10_240), `${'n'.repeat(60)}.csv`],
  ])('%j becomes %s', async (asked, name) => {
    const named = await fresh(asked);
    expect(named.file_name).toBe(asked);
    const { headers } = await fetchLink(world, named.download_link);
    expect(headers['content-disposition']).toContain(`filename="${name}"`);
    expect(headers['set-cookie']).toBeUndefined();
  });

  test('that are not ASCII are told in full beside', () => {
    expect(attachment('Ünïcode 報告')).toBe(
      `attachment; filename="_n_code __.csv"; filename*=UTF-8''%C3%9Cn%C3%AFcode%20%E5%A0%B1%E5%91%8A.csv`,
    );
  });

  test.each(['', '   ', '\n', null, 5, 'a\0b', 'x'.repeat(20_000)])('%j is refused', async (name) => {
    const payload = JSON.stringify({ type: 'activity', file_name: name });
    const answer = await world.app.inject({ method: 'POST', url: '/reports/downloads', headers: token, payload });
    expect(answer.statusCode).toBe(400);
    expect(answer.json().errors[0].error_message).toMatch(/file_name/);
  });
});

test('the folder of reports loses at the start what belongs to no report', async () => {
  const shelf = world.deps.reportShelf;
  const before = await files();
  for (const name of ['x.csv.part', 'orphan.csv']) {
    await writeFile(join(shelf.folder, name), 'nobody asked');
    // What is younger may be what another process is writing.
    await utimes(join(shelf.folder, name), 0, 0);
  }
  await openShelf(world.context, shelf);
  expect(await files()).toEqual(before);
});
