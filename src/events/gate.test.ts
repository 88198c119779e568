import { describe, expect, test } from 'vitest';
import { Gate, type Lane, type Priority } from './gate.ts';

/** A gate whose queries run until they are told to end, and what it let through, in order. */
function openGate(sessions: number, longestWaitMs = 60_000) {
  const gate = new Gate(
    Array.from({ length: sessions }, (_, index) => index),
    longestWaitMs,
  );
  const started: string[] = [];
  const running = new Map<string, () => void>();
  const run = (name: string, lane?: Lane, priority: Priority = 'page') =>
    gate.run({ priority, lane }, async () => {
      started.push(name);
      await new Promise<void>((resolve) => running.set(name, resolve));
      running.delete(name);
    });
  const settle = () => new Promise((resolve) => setImmediate(resolve));
  return {
    gate,
    started,
    run,
    running: () => [...running.keys()],
    /** Ends one query and lets what waited for it begin. */
    async end(name: string) {
      running.get(name)?.();
      await settle();
    },
    async endAll() {
      for (let open = [...running.values()]; open.length > 0; open = [...running.values()]) {
        for (const end of open) end();
        await settle();
      }
    },
    settle,
  };
}

describe('a gate', () => {
  test('runs as many queries as it has sessions, the others in turn', async () => {
    const { run, running, end, settle } = openGate(2);
    for (const name of ['a1', 'a2', 'a3']) void run(name, 'a');
    await settle();
    expect(running()).toEqual(['a1', 'a2']);
    await end('a2');
    expect(running()).toEqual(['a1', 'a3']);
  });

  test('gives lanes turns, however many wait in one of them', async () => {
    const { run, started, settle, endAll } = openGate(1);
    for (let index = 0; index < 50; index += 1) void run(`busy${index}`, 'busy');
    void run('quiet0', 7);
    void run('third0', 'third');
    void run('quiet1', 7);
    await settle();
    await endAll();
    expect(started).toHaveLength(53);
    expect(started.slice(0, 7)).toEqual(['busy0', 'busy1', 'quiet0', 'third0', 'busy2', 'quiet1', 'busy3']);
    expect(started.filter((name) => name.startsWith('busy'))).toEqual(Array.from({ length: 50 }, (_, i) => `busy${i}`));
  });

  test('has a lane wait for one of each other that waits, also when it comes again and again', async () => {
    const { run, started, settle, end } = openGate(1);
    for (let index = 0; index < 20; index += 1) void run(`busy${index}`, 'busy');
    await settle();
    for (let round = 0; round < 5; round += 1) {
      void run(`quiet${round}`, 'quiet');
      await end(started.at(-1) ?? '');
      await end(started.at(-1) ?? '');
    }
    const quiet = started.flatMap((name, place) => (name.startsWith('quiet') ? [place] : []));
    expect(quiet).toHaveLength(5);
    for (const [index, place] of quiet.entries()) expect(place - (quiet[index - 1] ?? 0)).toBeLessThanOrEqual(2);
  });

  test('has queries of nobody share a lane', async () => {
    const { run, started, settle, endAll } = openGate(1);
    for (const name of ['n1', 'n2', 'n3']) void run(name);
    void run('a1', 'a');
    await settle();
    await endAll();
    expect(started).toEqual(['n1', 'n2', 'a1', 'n3']);
  });

  test('runs bulk work when no page waits, in its order, and leaves it not the last session', async () => {
    const { run, started, running, settle, end } = openGate(2);
    for (const name of ['bulk1', 'bulk2', 'bulk3']) void run(name, name, 'bulk');
    await settle();
    expect(running()).toEqual(['bulk1']);
    void run('a1', 'a');
    void run('a2', 'a');
    await settle();
    expect(running()).toEqual(['bulk1', 'a1']);
    await end('bulk1');
    await end('a1');
    await end('a2');
    await end('bulk2');
    expect(started).toEqual(['bulk1', 'a1', 'a2', 'bulk2', 'bulk3']);
  });

  test('goes on after a query that failed', async () => {
    const { gate, run, started, settle } = openGate(1);
    const failed = gate.run({ priority: 'page', lane: 'a' }, () => Promise.reject(new Error('no such column')));
    void run('b1', 'b');
    await expect(failed).rejects.toThrow('no such column');
    await settle();
    expect(started).toEqual(['b1']);
  });
});

test('a page that waited in vain is told so, and those behind it have their turn', async () => {
  const { run, running, end, endAll, settle } = openGate(1, 20);
  void run('hangs', 'a');
  await expect(run('a2', 'a')).rejects.toMatchObject({ code: 'unavailable', retryAfterSeconds: 10 });
  void run('a3', 'a');
  await end('hangs');
  expect(running()).toEqual(['a3']);
  await endAll();
  await settle();
});
