import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { pino } from 'pino';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { openTestControl } from '../../test/test-control.ts';
import type { Control } from '../control/database.ts';
import { forgetProcess, listProcesses } from '../control/repos/processes.ts';
import type { ControlContext } from '../core/context.ts';
import { joinInstallation, type Self } from '../core/processes/index.ts';
import { eventIds } from '../model/event-id.ts';
import { startPresence } from './presence.ts';

const KEY = Buffer.alloc(32, 1);
const SELF: Self = { id: 'a', roles: new Set(['api']), events: 'clickhouse:8123', landing: 'x', tokenKey: KEY };

let folder: string;
let control: Control;
let context: ControlContext;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'belfry-presence-'));
  control = await openTestControl(join(folder, 'control.db'));
  context = { control: { ...control, shared: true }, eventIds: eventIds(KEY), retentionDays: 0, now: Date.now };
});

afterEach(async () => {
  await control.close();
  await rm(folder, { recursive: true, force: true });
});

test('a process that was taken for gone restores what it used, and takes no work until then', async () => {
  await joinInstallation(context, SELF);
  const answers = [
    () => {
      throw new Error('the event store is gone');
    },
    () => false,
  ];
  const faults: unknown[] = [];
  const comeBack = async () => {
    await sleep(1);
    faults.push(presence.fault());
    return answers[faults.length - 1]?.() ?? true;
  };
  const presence = startPresence(context, { self: SELF, log: pino({ level: 'silent' }), comeBack, beatMs: 20 });
  try {
    expect(presence.fault()).toBeUndefined();
    await forgetProcess(control.db, 'a', new Date());
    await vi.waitFor(() => expect(faults).toHaveLength(3), { timeout: 20_000 });
    expect(new Set(faults)).toEqual(new Set(['others had taken this process for gone, and it is coming back']));
    await vi.waitFor(() => expect(presence.fault()).toBeUndefined(), { timeout: 20_000 });
    expect(await listProcesses(control.db)).toMatchObject([{ id: 'a' }]);
  } finally {
    await presence.stop();
  }
  expect(faults).toHaveLength(3);
});
