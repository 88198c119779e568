import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openTestControl } from '../../../test/test-control.ts';
import type { Control } from '../database.ts';
import { endLease, takeLease } from './leases.ts';

let folder: string;
let control: Control;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'belfry-leases-'));
  control = await openTestControl(join(folder, 'control.db'));
});

afterAll(async () => {
  await control?.close();
  await rm(folder, { recursive: true, force: true });
});

const take = (name: string, owner: string, second: number) =>
  takeLease(control.db, { name, owner, now: new Date(Date.UTC(2026, 0, 1, 0, 0, second)), leaseMs: 10_000 });

describe('a lease', () => {
  test('is one owner’s until it ends, and longer if renewed', async () => {
    expect(await take('a', 'one', 0)).toBe(true);
    expect(await take('a', 'two', 9)).toBe(false);
    expect(await take('a', 'one', 9)).toBe(true);
    expect(await take('a', 'two', 18)).toBe(false);
    expect(await take('a', 'two', 20)).toBe(true);
    expect(await take('a', 'one', 21)).toBe(false);
  });

  test('is given back by its owner alone', async () => {
    await take('b', 'one', 0);
    await endLease(control.db, { name: 'b', owner: 'two' });
    expect(await take('b', 'two', 1)).toBe(false);
    await endLease(control.db, { name: 'b', owner: 'one' });
    expect(await take('b', 'two', 1)).toBe(true);
  });

  test('goes to one of many that ask at once', async () => {
    const owners = Array.from({ length: 20 }, (_, number) => `owner ${number}`);
    const taken = await Promise.all(owners.map((owner) => take('c', owner, 0)));
    expect(taken.filter(Boolean)).toHaveLength(1);
  });
});
