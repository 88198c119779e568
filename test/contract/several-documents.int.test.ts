import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { listBackupJobs } from '../../src/events/queries/backup-jobs.ts';
import { FORMATS } from '../../src/formats/registry.ts';
import { chooseFormat } from '../../src/ingest/detect-format.ts';
import { type FormatHarness, openFormatHarness } from '../format-harness.ts';

// Files that hold several documents, each with a list of records: what a program wrote when it was called more than once.

let harness: FormatHarness;
beforeAll(async () => {
  harness = await openFormatHarness(FORMATS);
});
afterAll(() => harness.close());

async function read(name: string) {
  const bytes = readFileSync(join(import.meta.dirname, '../inputs', name));
  const { format } = chooseFormat(FORMATS, { path: name, head: bytes });
  return harness.read(format, name, bytes);
}

async function jobs(): Promise<string[]> {
  const page = { order: 'created', limit: 100, offset: 0 } as const;
  const { jobs } = await listBackupJobs(harness.store, { organizationIds: [1], filter: {}, page });
  return jobs.map(
    ({ primaryEntity, parentEntity, status }) => `${primaryEntity?.value} ${parentEntity?.value} ${status}`,
  );
}

test('reads every record of every document', async () => {
  expect((await read('aws-sqs-three-polls.ndjson')).counts).toMatchObject({ received: 3, stored: 3 });
  expect((await read('aws-cloudwatch-two-pages.ndjson')).counts).toMatchObject({ received: 2, stored: 2 });
  expect((await read('borg-two-lists.ndjson')).counts).toMatchObject({ received: 2, stored: 2 });
  const wrapped = await read('eve-wrapped-twice.ndjson');
  expect(wrapped.events.map(({ domain }) => domain)).toEqual(['w1', 'w2', 'w3'].map((host) => `${host}.example.org`));
  expect((await jobs()).sort()).toEqual([
    'a-1 /repo/a completed',
    'b-1 /repo/b completed',
    'vol-21 111122223333/eu-west-1 completed',
    'vol-22 111122223333/eu-west-1 failed',
    'vol-23 111122223333/eu-west-1 failed',
    'vol-24 111122223333/eu-west-1 completed',
    'vol-25 111122223333/eu-west-1 failed',
  ]);
});
