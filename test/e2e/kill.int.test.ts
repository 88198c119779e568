import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { importUnderKills, isNothingLostOrDoubled } from '../imports-under-kills.ts';

/** `KILLS=20 npm test -- test/e2e/kill` is a longer form, `npm run promises -- R1` the longest. */
const KILLS = Number(process.env.KILLS ?? 4);
/** Several batches, so that kills fall before, between, inside and after them. */
const LINES = 420_000;

let directory: string;

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'belfry-kill-'));
});

afterAll(() => rm(directory, { recursive: true, force: true }));

test(`after ${KILLS} kills in mid-import, importing again leaves every line once, rollups included`, {
  timeout: 600_000,
}, async () => {
  const found = await importUnderKills({ directory, kills: KILLS, files: 1, linesPerFile: LINES, killWithinMs: 4_000 });
  expect(found.receipts.received).toBe(LINES);
  expect(isNothingLostOrDoubled(found), JSON.stringify(found)).toBe(true);
  expect(existsSync(join(directory, 'data', 'server.json'))).toBe(false);
});
