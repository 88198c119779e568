import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { writeScaleDns, writeScaleEve } from './scale.ts';

const SHAPE = { seed: 1, end: new Date('2026-03-18T15:37:12Z'), days: 30, events: 5_000, domains: 300 };

let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'belfry-scale-'));
});

afterAll(async () => {
  await rm(folder, { recursive: true, force: true });
});

const linesOf = (bytes: Buffer) => bytes.toString('utf8').trimEnd().split('\n');

test('DNS lines: exact count, sixteen columns, every domain, the popular ones often', async () => {
  const path = join(folder, 'dns.csv');
  await writeScaleDns({ ...SHAPE, path });
  const rows = linesOf(await readFile(path)).map((line) => line.slice(1, -1).split('","'));
  expect(rows).toHaveLength(SHAPE.events);
  expect(new Set(rows.map((row) => row.length))).toEqual(new Set([16]));
  const counts = new Map<string, number>();
  for (const row of rows) counts.set(row[8] ?? '', (counts.get(row[8] ?? '') ?? 0) + 1);
  expect(counts.size).toBe(SHAPE.domains);
  expect(Math.max(...counts.values())).toBeGreaterThan((10 * SHAPE.events) / SHAPE.domains);
});

test('gzip by name holds the same lines', async () => {
  const plain = join(folder, 'same.csv');
  const packed = join(folder, 'same.csv.gz');
  await writeScaleDns({ ...SHAPE, path: plain });
  await writeScaleDns({ ...SHAPE, path: packed });
  expect(gunzipSync(await readFile(packed)).equals(await readFile(plain))).toBe(true);
});

test('EVE lines: exact count, JSON, every kind, in order within the period', async () => {
  const path = join(folder, 'eve.json');
  await writeScaleEve({ ...SHAPE, path });
  const events = linesOf(await readFile(path)).map((line) => JSON.parse(line));
  expect(events).toHaveLength(SHAPE.events);
  expect(new Set(events.map((event) => event.event_type))).toEqual(new Set(['dns', 'http', 'flow', 'tls', 'alert']));
  const times = events.map((event) => Date.parse(event.timestamp.replace('+0000', 'Z')));
  expect(times).toEqual([...times].sort((a, b) => a - b));
  expect(times[0]).toBeGreaterThanOrEqual(SHAPE.end.getTime() - 30 * 86_400_000);
  expect(times.at(-1)).toBeLessThanOrEqual(SHAPE.end.getTime());
});

test('a file that cannot be written is an error', async () => {
  await expect(writeScaleDns({ ...SHAPE, path: folder })).rejects.toThrow(/EISDIR/);
});
