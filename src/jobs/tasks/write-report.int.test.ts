import { appendFile, readdir, rm, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { backupRecord } from '../../../test/backup-records.ts';
import { openWorld, TEST_ACTOR, type World } from '../../../test/world.ts';
import { reportById } from '../../control/repos/reports.ts';
import { taskById } from '../../control/repos/tasks.ts';
import type { Context } from '../../core/context.ts';
import { expireReports, openShelf, requestReport } from '../../core/reports/index.ts';
import { clumioReportWords } from '../../dialects/clumio/report-words.ts';
import { AppError } from '../../model/errors.ts';
import type { Report } from '../../model/report.ts';
import { PERMISSIONS } from '../../model/scope.ts';
import { writeReportTask } from './write-report.ts';

let world: World;
let report: Report;
const log = { debug: vi.fn(), warn: vi.fn(), error: vi.fn() };

beforeAll(async () => {
  world = await openWorld();
  await world.load(world.organizations.branch, [backupRecord('2026-01-15T10:00:00Z', { job: 'a' })]);
});

beforeEach(async () => {
  await openShelf(world.context, world.deps.reportShelf);
  log.error.mockClear();
  const { branch: organization } = world.organizations;
  const scope = { organization, actor: TEST_ACTOR, permissions: new Set(PERMISSIONS) };
  const question = { type: 'activity', filter: {} } as const;
  const asked = { fileName: 'x', filters: '', question, root: organization };
  report = (await requestReport(world.context, scope, asked)).report;
});

afterAll(() => world?.close());

/** The world with an event store whose streams fail with an error, as many times as said. */
function failing(error: Error, times = Number.POSITIVE_INFINITY): Context {
  let left = times;
  const events = new Proxy(world.context.events, {
    get(target, name) {
      if (name !== 'stream') return Reflect.get(target, name);
      return (...given: Parameters<typeof target.stream>) => {
        left -= 1;
        return left >= 0 ? Promise.reject(error) : target.stream(...given);
      };
    },
  });
  return { ...world.context, events };
}

function run(attempt: number, context: Context = world.context, signal = new AbortController().signal) {
  const work = { shelf: world.deps.reportShelf, words: clumioReportWords };
  return writeReportTask(context, work, log).run({ reportId: report.id }, { attempt, jobId: 'job', signal });
}

async function state() {
  const [found, task] = [
    await reportById(world.context.control.db, report.id),
    await taskById(world.context.control.db, Number(report.taskId)),
  ];
  return { report: found, task };
}

const files = async () => (await readdir(world.deps.reportShelf.folder)).sort();
const withCode = (code: string) => Object.assign(new Error(`${code}: whatever, write`), { code });

describe('a report', () => {
  test('is one file, however often its job runs', async () => {
    const before = await files();
    await run(1);
    const first = await state();
    expect(first).toMatchObject({ report: { state: 'ready', file: { rows: 1 } }, task: { status: 'completed' } });
    await Promise.all([run(2), run(3), run(6)]);
    expect(await state()).toEqual(first);
    expect(await files()).toHaveLength(before.length + 1);
  });

  test('is one file when two runs write it at once', async () => {
    const before = await files();
    await Promise.all([run(1), run(2)]);
    const { report: written } = await state();
    expect(written).toMatchObject({ state: 'ready' });
    expect((await files()).filter((name) => !before.includes(name))).toEqual([written?.file?.name]);
  });

  test('outlives a store that fails for a while', async () => {
    const context = failing(new Error('Code: 999'), 2);
    await expect(run(1, context)).rejects.toThrow('999');
    await expect(run(2, context)).rejects.toThrow('999');
    expect(await state()).toMatchObject({ report: { state: 'pending' }, task: { status: 'in_progress' } });
    await run(3, context);
    expect(await state()).toMatchObject({ report: { state: 'ready' }, task: { status: 'completed' } });
  });

  test('ends as failed when every try does, with a reason for people and the cause in the log', async () => {
    const cause = new Error('Code: 159. SELECT secret_column');
    await run(5, failing(cause));
    const { report: ended, task } = await state();
    expect(ended).toMatchObject({ state: 'failed', file: null, error: expect.stringMatching(/5 tries/) });
    expect(task).toMatchObject({ status: 'failed', error: ended?.error, endedAt: expect.any(String) });
    expect(ended?.error).not.toContain('secret_column');
    expect(log.error).toHaveBeenCalledWith({ err: cause, reportId: report.id }, expect.any(String));
  });

  test('ends as failed when the process ended in every try', async () => {
    await run(6);
    expect(await state()).toMatchObject({
      report: { state: 'failed', error: expect.stringMatching(/server stopped/) },
    });
  });

  test.each([
    ['ENOSPC', /no space left/],
    ['EDQUOT', /no space left/],
    ['EACCES', /may not write/],
  ])('ends as failed at once where the disk says %s, and leaves nothing', async (code, reason) => {
    const before = await files();
    await run(1, failing(withCode(code)));
    expect(await state()).toMatchObject({ report: { state: 'failed', error: expect.stringMatching(reason) } });
    expect(await files()).toEqual(before);
  });

  test('ends as failed at once where its folder is gone', async () => {
    await rm(world.deps.reportShelf.folder, { recursive: true });
    await run(1);
    expect(await state()).toMatchObject({ report: { state: 'failed', error: expect.stringMatching(/folder/) } });
  });

  test('ends as failed at once where it takes more than it may', async () => {
    await run(1, failing(new AppError('unavailable', { public: 'this takes more memory than one file may' })));
    expect(await state()).toMatchObject({
      report: { state: 'failed', error: 'this takes more memory than one file may' },
    });
  });

  test('is left to the next run by one that lost its job', async () => {
    const before = await files();
    const lost = AbortSignal.abort(new Error('the lease of this job is lost'));
    await expect(run(5, world.context, lost)).rejects.toThrow('lease');
    expect(await state()).toMatchObject({ report: { state: 'pending' } });
    expect(await files()).toEqual(before);
  });
});

test('what was left behind long ago is removed now and then, what somebody may be writing is not', async () => {
  const { reportShelf: shelf } = world.deps;
  await run(1);
  const published = await files();
  for (const name of [...published, 'left.csv', 'left.csv.part']) {
    await appendFile(join(shelf.folder, name), '');
    await utimes(join(shelf.folder, name), 1, 1);
  }
  await writeFile(join(shelf.folder, 'young.csv.part'), '');
  await expireReports(world.context, shelf);
  expect(await files()).toEqual([...published, 'young.csv.part'].sort());
});

test('a job has a payload that is checked', async () => {
  const context = { attempt: 1, jobId: 'job', signal: new AbortController().signal };
  const kind = writeReportTask(world.context, { shelf: world.deps.reportShelf, words: clumioReportWords }, log);
  await expect(kind.run({}, context)).rejects.toThrow(/reportId/);
  await expect(kind.run({ reportId: 'nothing' }, context)).rejects.toMatchObject({ code: 'not_found' });
});
