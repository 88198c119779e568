import { randomUUID } from 'node:crypto';
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest';
import { alarmsOf, useRules } from '../../test/detection.ts';
import { openWorld, type World } from '../../test/world.ts';
import type { Context } from '../core/context.ts';
import { detectionLag } from '../core/detection/index.ts';
import { startDetector } from './detector.ts';
import { leadership } from './leadership.ts';
import type { Worker } from './worker.ts';

let world: World;
let detectors: Worker[] = [];
let minute = 0;

const log = { debug: vi.fn(), warn: vi.fn(), error: vi.fn() };

beforeAll(async () => {
  world = await openWorld();
  await useRules(
    world,
    `title: Bad domain
id: 11111111-1111-4111-8111-111111111111
logsource: {category: dns}
detection: {selection: {query: x.bad.example}, condition: selection}`,
  );
});

afterEach(async () => {
  await Promise.all(detectors.map((detector) => detector.stop()));
  detectors = [];
});

afterAll(() => world?.close());

function start(context: Context = world.context): void {
  const candidate = { name: 'detector', owner: randomUUID() };
  const led = leadership(context.control.db, candidate);
  detectors.push(startDetector({ context, log, leadership: led, mayWork: () => true }));
}

async function load(): Promise<void> {
  minute += 1;
  const time = new Date(Date.parse('2026-01-15T10:00:00Z') + minute * 60_000).toISOString();
  await world.load(world.organizations.branch, [{ time, kind: 'dns', domain: 'x.bad.example', src_ip: '10.0.0.1' }]);
}

const counted = async () => (await alarmsOf(world, world.organizations.branch)).map(({ events }) => events);

const eventually = (events: number) =>
  vi.waitFor(async () => expect(await counted()).toEqual([events]), { timeout: 20_000, interval: 50 });

describe('the detector', () => {
  test('looks at what was there before it began, and at what comes', async () => {
    await load();
    start();
    await eventually(1);
    await load();
    await eventually(2);
  });

  test('goes on where the last one ended', async () => {
    await load();
    expect((await detectionLag(world.context)).batches).toBe(1);
    start();
    await eventually(3);
    expect((await detectionLag(world.context)).batches).toBe(0);
  });

  test('tries again what failed, and says so once, and when it is over', async () => {
    let isGone = true;
    const events = new Proxy(world.context.events, {
      get(target, name) {
        if (name !== 'query') return Reflect.get(target, name);
        return (...args: Parameters<typeof target.query>) =>
          isGone ? Promise.reject(new Error('the disk is gone')) : target.query(...args);
      },
    });
    await load();
    start({ ...world.context, events });
    await vi.waitFor(() => expect(log.error).toHaveBeenCalledTimes(1));
    isGone = false;
    await eventually(4);
    const over = expect.stringContaining('that is over');
    await vi.waitFor(() => expect(log.warn).toHaveBeenCalledWith({ failures: expect.any(Number) }, over));
    expect(log.error).toHaveBeenCalledTimes(1);
  });

  test('counts nothing twice where two of them look at the same', async () => {
    start();
    start();
    await load();
    await eventually(5);
  });
});
