import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { openTestControl } from '../../../test/test-control.ts';
import type { Control } from '../../control/database.ts';
import { claimJob, enqueue, jobById } from '../../control/repos/jobs.ts';
import { takeLease } from '../../control/repos/leases.ts';
import { listProcesses } from '../../control/repos/processes.ts';
import { eventIds } from '../../model/event-id.ts';
import type { ControlContext } from '../context.ts';
import { joinInstallation, leaveInstallation, noteAlive, type Self } from './index.ts';

const START = Date.parse('2026-01-15T12:00:00Z');
const KEY = Buffer.alloc(32, 1);

let folder: string;
let control: Control;
let nowMs = START;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'belfry-processes-'));
  control = await openTestControl(join(folder, 'control.db'));
  nowMs = START;
});

afterEach(async () => {
  await control.close();
  await rm(folder, { recursive: true, force: true });
});

/** As it is on PostgreSQL, whichever database the test has. */
function context(shared = true): ControlContext {
  return { control: { ...control, shared }, eventIds: eventIds(KEY), retentionDays: 0, now: () => nowMs };
}

function self(id: string, changes: Partial<Self> = {}): Self {
  return { id, roles: new Set(['api']), events: 'clickhouse:8123/belfry', landing: id, tokenKey: KEY, ...changes };
}

async function present(): Promise<string[]> {
  return (await listProcesses(control.db)).map(({ id }) => id).sort();
}

describe('processes of one installation', () => {
  test('know of one another, and of the landing tables that are in use', async () => {
    expect(await joinInstallation(context(), self('a'))).toEqual(new Set());
    expect(await joinInstallation(context(), self('b'))).toEqual(new Set(['a']));
    expect(await present()).toEqual(['a', 'b']);
    await leaveInstallation(context(), self('a'));
    expect(await present()).toEqual(['b']);
  });

  test('are gone when they were not seen for half a minute', async () => {
    await joinInstallation(context(), self('a'));
    await joinInstallation(context(), self('b'));
    nowMs += 20_000;
    expect(await noteAlive(context(), self('b'))).toEqual({ gone: [], wasForgotten: false });
    nowMs += 20_000;
    expect(await noteAlive(context(), self('b'))).toEqual({ gone: ['a'], wasForgotten: false });
    expect(await present()).toEqual(['b']);
  });

  test('that were taken for gone come back with the next sign of life', async () => {
    await joinInstallation(context(), self('slow'));
    nowMs += 60_000;
    await joinInstallation(context(), self('b'));
    expect(await present()).toEqual(['b']);
    expect(await noteAlive(context(), self('slow'))).toEqual({ gone: [], wasForgotten: true });
    expect(await noteAlive(context(), self('slow'))).toEqual({ gone: [], wasForgotten: false });
    expect(await present()).toEqual(['b', 'slow']);
  });

  test('are not gone because nobody could say that he is there', async () => {
    await joinInstallation(context(), self('a'));
    await joinInstallation(context(), self('b'));
    nowMs += 3_600_000;
    expect(await noteAlive(context(), self('b'))).toEqual({ gone: [], wasForgotten: false });
    nowMs += 25_000;
    expect(await noteAlive(context(), self('b'))).toEqual({ gone: [], wasForgotten: false });
    nowMs += 10_000;
    expect(await noteAlive(context(), self('b'))).toEqual({ gone: ['a'], wasForgotten: false });
  });

  test('leave all they held to the others at once', async () => {
    const { db } = control;
    await joinInstallation(context(), self('a'));
    const job = await enqueue(db, { kind: 'work', payload: null });
    const claim = { now: new Date(nowMs + 86_400_000_000), leaseMs: 3_600_000, kinds: ['work'] };
    await claimJob(db, { ...claim, owner: 'a' });
    const lease = { name: 'detector', now: new Date(nowMs), leaseMs: 3_600_000 };
    await takeLease(db, { ...lease, owner: 'a' });
    expect(await takeLease(db, { ...lease, owner: 'b' })).toBe(false);

    nowMs += 60_000;
    await joinInstallation(context(), self('b'));
    expect(await jobById(db, job.id)).toMatchObject({ state: 'queued', owner: null });
    expect(await takeLease(db, { ...lease, owner: 'b' })).toBe(true);
  });

  test('of an embedded database are alone: whoever was there before is gone', async () => {
    await joinInstallation(context(), self('killed'));
    expect(await joinInstallation(context(false), self('next'))).toEqual(new Set());
    expect(await present()).toEqual(['next']);
  });

  test('take back what nobody on the books holds, unless somebody is there besides', async () => {
    const { db } = control;
    const job = await enqueue(db, { kind: 'work', payload: null });
    const claim = { now: new Date(nowMs + 86_400_000_000), leaseMs: 3_600_000, kinds: ['work'] };
    await claimJob(db, { ...claim, owner: 'unknown' });
    await joinInstallation(context(), self('first'));
    expect(await jobById(db, job.id)).toMatchObject({ state: 'queued', owner: null });

    await claimJob(db, { ...claim, owner: 'unknown' });
    await joinInstallation(context(), self('second'));
    expect(await jobById(db, job.id)).toMatchObject({ state: 'running', owner: 'unknown' });
  });

  test.each([
    [{ tokenKey: Buffer.alloc(32, 2) }, /signs access tokens with another key than a: set the same BELFRY_TOKEN_KEY/],
    [{ events: 'elsewhere:8123/belfry' }, /a has its events at clickhouse:8123\/belfry, this process at elsewhere/],
  ])('do not work with other keys or events: %j', async (changes, message) => {
    await joinInstallation(context(), self('a'));
    await expect(joinInstallation(context(), self('b', changes))).rejects.toMatchObject({
      code: 'conflict',
      public: expect.stringMatching(message),
    });
    expect(await present()).toEqual(['a']);
  });

  test('with events of their own do not share a control database, though they say the same', async () => {
    const events = 'embedded in /data/events of host';
    await joinInstallation(context(), self('a', { events }));
    await expect(joinInstallation(context(), self('b', { events }))).rejects.toMatchObject({ code: 'conflict' });
  });
});
