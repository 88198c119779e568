import { afterAll, beforeAll, expect, test } from 'vitest';
import { type FormatHarness, openFormatHarness } from '../../../test/format-harness.ts';
import { listBackupJobs } from '../../events/queries/backup-jobs.ts';
import { restic } from './index.ts';

let harness: FormatHarness;
beforeAll(async () => {
  harness = await openFormatHarness([restic]);
});
afterAll(() => harness.close());

const page = { order: 'created', limit: 100, offset: 0 } as const;

async function jobs() {
  const { jobs } = await listBackupJobs(harness.store, { organizationIds: [1], filter: {}, page });
  return jobs;
}

const RUN =
  '{"message_type":"summary","data_added":33900,"total_bytes_processed":5804336,"total_duration":2.5,"snapshot_id":"9c8857be"}\n';
const SNAPSHOTS = JSON.stringify([
  {
    time: '2026-01-21T19:36:07.131652177Z',
    tree: '3d0f',
    paths: ['/srv/a', '/srv/b'],
    hostname: 'files01',
    id: '9c8857bed0f69ceab5160ead741b78d12bc4e82174f2c5a3ca4a9ee98370a149',
    short_id: '9c8857be',
  },
]);

test('a run of an old version ends when it is imported, until its snapshot tells when and where it was', async () => {
  const before = Date.now() * 1000;
  await harness.read(restic, 'run.jsonl', RUN);
  const [alone] = await jobs();
  expect(alone).toMatchObject({ job: '9c8857be', status: 'completed', primaryEntity: null, bytes: 5_804_336 });
  expect((alone?.endedUs ?? 0) - (alone?.startedUs ?? 0)).toBe(2_500_000);
  expect(alone?.endedUs).toBeGreaterThanOrEqual(before);

  await harness.read(restic, 'snapshots.json', SNAPSHOTS);
  const startedUs = Date.parse('2026-01-21T19:36:07.131Z') * 1000 + 652;
  expect(await jobs()).toMatchObject([
    {
      id: alone?.id,
      startedUs,
      endedUs: startedUs + 2_500_000,
      createdUs: startedUs,
      primaryEntity: { type: 'host_path', value: 'files01:/srv/a,/srv/b' },
      bytes: 5_804_336,
      transferred: 33_900,
    },
  ]);
});

test.each([
  ['{"message_type":"status","percent_done":0.426}\n', { status: 'failed', progress: 42 }],
  [
    '{"message_type":"exit_error","code":11,"message":"Fatal: unable to create lock"}\n',
    { status: 'failed', message: 'Fatal: unable to create lock' },
  ],
  ['{"message_type":"exit_error","code":130,"message":"interrupted"}\n', { status: 'aborted' }],
  ['Fatal: wrong password or no key found\n', { status: 'failed', message: 'Fatal: wrong password or no key found' }],
])('a run without a summary failed: %s', async (text, job) => {
  const seen = new Set((await jobs()).map(({ id }) => id));
  await harness.read(restic, 'run.jsonl', text, { variant: 'run' });
  expect((await jobs()).filter(({ id }) => !seen.has(id))).toMatchObject([job]);
});

test.each([
  'repository 1bdc83b1 opened\n',
  '{"message_type":"exit_error","code":3,"message":"Warning: at least one source file could not be read"}\n',
  '{"message_type":"summary","dry_run":true,"total_duration":1}\n',
])('an event and no job: %s', async (text) => {
  const count = (await jobs()).length;
  const { counts } = await harness.read(restic, 'run.jsonl', text, { variant: 'run' });
  expect(counts).toEqual({ received: 1, stored: 1, rejected: 0, ignored: 0 });
  expect(await jobs()).toHaveLength(count);
});
