import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { belfryOn } from '../belfry-process.ts';
import type { Body } from '../body.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'belfry-memory-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const FRAME_BYTES = 8 * 2 ** 20;
const MOST_MB = 1_500;

/** The most that the process has ever held, in MB. */
async function peakOf(pid: number): Promise<number> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8');
  return Number(/VmHWM:\s+(\d+) kB/.exec(status)?.[1]) / 1024;
}

// What a mapping copies is copied for every record of a frame: these have the most members, or cells, for their bytes.
test.skipIf(process.platform !== 'linux')(
  'whole frames of records with many members stay below 1.5 GB (measured on Linux alone)',
  { timeout: 300_000 },
  async () => {
    const belfry = belfryOn(join(folder, 'data'));
    const server = await belfry.serve();
    await belfry.json('org', 'create', 'north', '--name', 'North');
    for (const [format, file] of [
      ['ndjson', 'sample.ndjson'],
      ['backup-csv', 'sample.csv'],
      ['umbrella-json', 'sample.json'],
    ] as const) {
      const sample = await readFile(join(import.meta.dirname, '../../src/formats', format, file));
      const body = Buffer.concat(Array.from({ length: Math.ceil(FRAME_BYTES / sample.length) }, () => sample));
      const url = `${server.address}/belfry/v1/organizations/north/imports?path=${format}&format=${format}`;
      const headers = { authorization: `Bearer ${server.token}` };
      const answer = await fetch(url, { method: 'POST', headers, body });
      const receipt: Body = await answer.json();
      expect(receipt.stored + receipt.rejected + receipt.ignored + receipt.duplicate).toBe(receipt.received);
      expect(receipt.stored).toBeGreaterThan(10_000);
      expect(await peakOf(server.pid), format).toBeLessThan(MOST_MB);
    }
    await server.stop();
  },
);
