import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { isEachReportEndedOnce, reportUnderKills } from '../reports-under-kills.ts';

/** `REPORTS=200 KILLS=40 npm test -- test/e2e/report-kill` is a longer form, as `npm run promises -- R13` is. */
const REPORTS = Number(process.env.REPORTS ?? 16);
const KILLS = Number(process.env.KILLS ?? 3);

let directory: string;

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'belfry-report-kill-'));
});

afterAll(() => rm(directory, { recursive: true, force: true }));

test(`of ${REPORTS} reports asked for while the process is killed ${KILLS} times each ends once, and none is stuck`, {
  timeout: 120_000 + KILLS * 30_000,
}, async () => {
  const found = await reportUnderKills({
    directory,
    reports: REPORTS,
    kills: KILLS,
    killAfterMs: (random) => random.between(50, 2_500),
  });
  expect(isEachReportEndedOnce(found), JSON.stringify({ ...found, listed: found.listed.length })).toBe(true);
});
