import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest';
import { openWorld, TEST_ACTOR, type World } from '../../../test/world.ts';
import { claimJob } from '../../control/repos/jobs.ts';
import { securityReportById } from '../../control/repos/security-reports.ts';
import type { Context } from '../../core/context.ts';
import { requestSecurityReport } from '../../core/customers/security-reports.ts';
import { AppError } from '../../model/errors.ts';
import { PERMISSIONS } from '../../model/scope.ts';
import type { JobKind } from '../job-kind.ts';
import { startRunner } from '../runner.ts';
import type { Worker } from '../worker.ts';
import { writeSecurityReportTask } from './write-security-report.ts';

let world: World;
let runners: Worker[] = [];
const log = { debug: vi.fn(), warn: vi.fn(), error: vi.fn() };

beforeAll(async () => {
  world = await openWorld();
  const time = '2026-01-15T10:00:00Z';
  await world.load(world.organizations.branch, [{ time, kind: 'dns', domain: 'a.example', src_ip: '10.0.0.1' }]);
});

afterEach(async () => {
  await Promise.all(runners.map((runner) => runner.stop()));
  runners = [];
  await world.context.control.db.deleteFrom('jobs').execute();
  log.error.mockClear();
});

afterAll(() => world?.close());

async function request(): Promise<string> {
  const { provider, branch } = world.organizations;
  const scope = { organization: provider, actor: TEST_ACTOR, permissions: new Set(PERMISSIONS) };
  const input = { customer: String(branch.id), startDate: '2026-01-15', endDate: '2026-01-15' };
  return (await requestSecurityReport(world.context, scope, input)).report.id;
}

const read = (id: string) => securityReportById(world.context.control.db, id);

function start(kind: JobKind) {
  const { db } = world.context.control;
  const kinds = { 'write-security-report': kind };
  runners.push(startRunner({ db, kinds, concurrency: 1, pollMs: 10, log, backoffMs: () => 1, storeWaitMs: 1 }));
}

const ended = (id: string) =>
  vi.waitFor(async () => expect((await read(id))?.report.state).not.toBe('pending'), { timeout: 20_000, interval: 20 });

/** The world with an event store that fails, as many times as said. */
function failing(error: Error, times = Number.POSITIVE_INFINITY): Context {
  let left = times;
  const events = new Proxy(world.context.events, {
    get(target, name) {
      if (name !== 'query') return Reflect.get(target, name);
      return (...args: Parameters<typeof target.query>) => {
        left -= 1;
        return left >= 0 ? Promise.reject(error) : target.query(...args);
      };
    },
  });
  return { ...world.context, events };
}

const run = (id: string, attempt: number, context: Context = world.context) =>
  writeSecurityReportTask(context, log).run(
    { reportId: id },
    { attempt, jobId: 'job', signal: new AbortController().signal },
  );

describe('a security report', () => {
  test('is written by the runner soon after it was asked for', async () => {
    const id = await request();
    start(writeSecurityReportTask(world.context, log));
    await ended(id);
    expect(await read(id)).toMatchObject({ report: { state: 'ready' }, body: { totals: { requests: 1 } } });
  });

  test('is one, however often its job runs', async () => {
    const id = await request();
    await run(id, 1);
    const first = await read(id);
    world.nowMs += 60_000;
    await Promise.all([run(id, 2), run(id, 3), run(id, 6)]);
    expect(first?.body).not.toBeNull();
    expect(await read(id)).toEqual(first);
  });

  test('is written by the next runner when the one that began it is gone', async () => {
    const id = await request();
    const past = new Date(Date.now() + 1);
    const kinds = ['write-security-report'];
    const claimed = await claimJob(world.context.control.db, { owner: 'dead', now: past, leaseMs: 1, kinds });
    expect(claimed?.payload).toEqual({ reportId: id });
    start(writeSecurityReportTask(world.context, log));
    await ended(id);
    expect(await read(id)).toMatchObject({ report: { state: 'ready' } });
  });

  test('outlives an event store that fails for a while', async () => {
    const id = await request();
    start(writeSecurityReportTask(failing(new Error('Code: 999'), 2), log));
    await ended(id);
    expect(await read(id)).toMatchObject({ report: { state: 'ready' }, body: { totals: { requests: 1 } } });
  });

  test('waits for a store that is away for longer than all its tries', async () => {
    const id = await request();
    const away = new AppError('unavailable', { public: 'the store is away', retryAfterSeconds: 0 });
    start(writeSecurityReportTask(failing(away, 20), log));
    await ended(id);
    expect(await read(id)).toMatchObject({ report: { state: 'ready' }, body: { totals: { requests: 1 } } });
  });

  test('ends as failed when every try does, with a reason for people and the cause in the log', async () => {
    const id = await request();
    const cause = new Error('Code: 159. SELECT secret_column FROM events');
    start(writeSecurityReportTask(failing(cause), log));
    await ended(id);
    const found = await read(id);
    expect(found).toMatchObject({ report: { state: 'failed', error: expect.stringMatching(/5 tries/) }, body: null });
    expect(found?.report.error).not.toContain('secret_column');
    expect(log.error).toHaveBeenCalledWith({ err: cause, reportId: id }, expect.any(String));
  });

  test('ends as failed when the process ended in every try', async () => {
    const id = await request();
    await run(id, 6);
    expect((await read(id))?.report).toMatchObject({ state: 'failed', error: expect.stringMatching(/server stopped/) });
  });

  test('has a job whose payload is checked', async () => {
    const context = { attempt: 1, jobId: 'job', signal: new AbortController().signal };
    await expect(writeSecurityReportTask(world.context, log).run({}, context)).rejects.toThrow(/reportId/);
    await expect(run('nothing', 1)).rejects.toMatchObject({ code: 'not_found' });
  });
});
