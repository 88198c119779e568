import { mkdtemp, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { openControl } from '../../src/control/database.ts';
import { type Batch, setAsideBatch } from '../../src/control/ledger.ts';
import { organizationBySlug } from '../../src/control/repos/organizations.ts';
import { openSpool, recordsPath, type Spool } from '../../src/ingest/spool.ts';
import { type Belfry, belfryOn } from '../belfry-process.ts';
import { dnsLine } from '../dns-lines.ts';
import { acknowledge, dnsLogInput } from '../ingest-harness.ts';

const INPUT = dnsLogInput(dnsLine({ time: new Date('2026-01-01T00:00:01Z'), domain: 'example.org.' }));

let folder: string;
let belfry: Belfry;
let spool: Spool;
let batch: Batch;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'belfry-batches-'));
  belfry = belfryOn(join(folder, 'data'));
  await belfry.json('org', 'create', 'acme', '--name', 'Acme');
  spool = await openSpool(join(belfry.data, 'spool'));
  const control = await openControl({ path: join(belfry.data, 'control.db') });
  const acme = await organizationBySlug(control.db, 'acme');
  batch = await acknowledge({ control, spool }, acme?.id ?? 0, INPUT);
  await setAsideBatch(control.db, batch, 'the engine refuses it');
  await control.close();
});

afterAll(() => rm(folder, { recursive: true, force: true }));

it('an import of bytes whose batch was set aside is no success, and says which batch and why', async () => {
  const path = join(folder, 'same.csv');
  await writeFile(path, INPUT.bytes);
  const imported = await belfry.run(['import', 'acme', path, '--format', 'umbrella-csv/dnslogs']);
  expect(imported).toMatchObject({
    code: 1,
    stdout: expect.stringMatching(/same\.csv +umbrella-csv +1 +0 +0 +0 +0/),
    stderr: expect.stringContaining(`batch ${batch.seq}, 1 records: the engine refuses it`),
  });
});

it('a batch that was set aside is listed, and loaded once its bytes are there', async () => {
  const { stdout } = await belfry.run(['batches', 'list']);
  expect(stdout).toMatch(/^NUMBER +ORGANIZATION +STATE +RECORDS +PATH +OPENED +ATTEMPTS +WAITS FOR +REASON\n/);
  expect(stdout).toMatch(
    new RegExp(`${batch.seq} +acme +set aside +1 +cut short +[-:.TZ0-9]+ +1 +- +the engine refuses it\\n$`),
  );

  const given = await belfry.run(['batches', 'give-up', String(batch.seq)]);
  expect(given).toMatchObject({ code: 1, stderr: expect.stringContaining('is set aside already') });

  const path = recordsPath(spool, batch.token);
  await rename(path, join(folder, 'away'));
  const refused = await belfry.run(['batches', 'retry', String(batch.seq)]);
  expect(refused).toMatchObject({ code: 1, stderr: expect.stringContaining('import the same input here again') });
  await rename(join(folder, 'away'), path);

  const retried = await belfry.run(['batches', 'retry', String(batch.seq), '4711']);
  expect(retried).toMatchObject({
    code: 1,
    stderr: expect.stringMatching(
      new RegExp(`Batch ${batch.seq} is open again, as \\d+\\.\\n[^]*there is no batch 4711`),
    ),
  });
  // Whoever comes next finishes what this one may not have had the time for.
  expect((await belfry.run(['batches', 'list'])).stdout).toBe('No batch waits or is set aside.\n');
});
