import { afterAll, beforeAll, expect, test } from 'vitest';
import { type FormatHarness, openFormatHarness } from '../../../test/format-harness.ts';
import { listBackupJobs } from '../../events/queries/backup-jobs.ts';
import { awsBackup } from './index.ts';

let harness: FormatHarness;
beforeAll(async () => {
  harness = await openFormatHarness([awsBackup]);
});
afterAll(() => harness.close());

const page = { order: 'created', limit: 100, offset: 0 } as const;
let number = 0;

/** A job's event, each call about another job. */
function event(detail: Record<string, unknown> = {}): Record<string, unknown> {
  number += 1;
  return {
    version: '0',
    id: `e-${number}`,
    'detail-type': 'Backup Job State Change',
    source: 'aws.backup',
    account: '111122223333',
    time: '2026-03-01T06:10:00Z',
    region: 'eu-west-1',
    resources: [],
    detail: { backupJobId: `job-${number}`, state: 'COMPLETED', creationDate: '2026-03-01T06:00:00Z', ...detail },
  };
}

/** What became of an input: the jobs it made, whatever was there before. */
async function read(text: string) {
  const seen = new Set((await jobs()).map(({ id }) => id));
  expect(awsBackup.recognise({ path: 'x', head: Buffer.from(text).subarray(0, 65_536) })).toBeDefined();
  const { counts } = await harness.read(awsBackup, 'x', text);
  return { counts, jobs: (await jobs()).filter(({ id }) => !seen.has(id)) };
}

async function jobs() {
  return (await listBackupJobs(harness.store, { organizationIds: [1], filter: {}, page })).jobs;
}

const json = JSON.stringify;

test.each([
  ['back to back, as Firehose writes', () => `${json(event())}${json(event())}`, 2],
  ['in an array, pretty-printed', () => json([event(), event()], null, 2), 2],
  ['in a notification', () => json({ Type: 'Notification', Message: json(event()) }), 1],
  ['in a message of a queue', () => json({ MessageId: 'm', Body: json(event()) }), 1],
  [
    'in a notification in messages of a queue',
    () =>
      json({ Messages: [1, 2].map(() => ({ Body: json({ Type: 'Notification', Message: json(event()) }) })) }, null, 1),
    2,
  ],
  [
    'in records of a function',
    () => json({ Records: [{ Sns: { Message: json(event()) } }, { body: json(event()) }] }),
    2,
  ],
  [
    'in an export of a log group',
    () => json({ events: [{ timestamp: 1, message: json(event()) }], nextToken: 'x' }),
    1,
  ],
])('events %s', async (_, input, count) => {
  const { counts, jobs } = await read(input());
  expect(counts).toEqual({ received: count, stored: count, rejected: 0, ignored: 0 });
  expect(jobs).toHaveLength(count);
  for (const job of jobs)
    expect(job).toMatchObject({ status: 'completed', endedUs: Date.parse('2026-03-01T06:10:00Z') * 1000 });
});

test.each([
  ['CREATED', 'queued'],
  ['PENDING', 'queued'],
  ['RUNNING', 'in_progress'],
  ['ABORTING', 'aborting'],
  ['COMPLETED', 'completed'],
  ['PARTIAL', 'failed'],
  ['FAILED', 'failed'],
  ['EXPIRED', 'failed'],
  ['ABORTED', 'aborted'],
])('state %s is %s, under either key', async (state, status) => {
  const { jobs } = await read(`${json(event({ state }))}\n${json(event({ state: undefined, status: state }))}\n`);
  expect(jobs.map((job) => job.status)).toEqual([status, status]);
});

test('a list of the API and the events about its jobs are the same jobs', async () => {
  const { jobs: first } = await read(json(event({ state: 'RUNNING' })));
  const { counts, jobs } = await read(
    json({
      BackupJobs: [
        {
          BackupJobId: first[0]?.job,
          AccountId: '111122223333',
          ResourceArn: 'arn:aws:ec2:eu-west-1:111122223333:instance/i-0abc',
          ResourceType: 'EC2',
          CreationDate: 1772344800,
          CompletionDate: 1772345400.5,
          State: 'FAILED',
          StatusMessage: 'no',
          BackupSizeInBytes: 0,
        },
      ],
      NextToken: 'x',
    }),
  );
  expect(counts).toMatchObject({ received: 1, stored: 1 });
  expect(jobs).toEqual([]);
  const { jobs: after } = await listBackupJobs(harness.store, {
    organizationIds: [1],
    filter: { ids: [first[0]?.id ?? ''] },
    page,
  });
  expect(after).toMatchObject([
    { status: 'failed', message: 'no', bytes: 0, primaryEntity: { type: 'aws_ec2_instance', value: 'i-0abc' } },
  ]);
});

test.each([
  ['EBS', 'arn:aws:ec2:eu-west-1:1:volume/vol-1', 'aws_ebs_volume', 'vol-1'],
  ['RDS', 'arn:aws:rds:eu-west-1:1:db:ledger', 'aws_rds_instance', 'ledger'],
  ['S3', 'arn:aws:s3:::bucket', 'aws_s3_bucket', 'bucket'],
  ['DynamoDB', 'arn:aws:dynamodb:eu-west-1:1:table/t', 'aws_dynamodb_table', 't'],
  ['Something New', 'arn:aws:new:eu-west-1:1:thing:x', 'aws_somethingnew', 'x'],
])('a %s is named by its ARN', async (resourceType, resourceArn, type, value) => {
  const { jobs } = await read(json(event({ resourceType, resourceArn })));
  expect(jobs[0]?.primaryEntity).toEqual({ id: resourceArn, type, value });
  expect(jobs[0]?.type).toBe(`${type}_incremental_backup`);
});

test('says what it refuses, and why', async () => {
  const { rejects } = await harness.read(
    awsBackup,
    'x',
    `${json({ a: 1 })}\n${json({ ...event({ creationDate: 'x' }), time: 'soon' })}\n{"a":\n`,
  );
  expect(rejects.map(({ reason }) => reason)).toEqual([
    'no event and no job of AWS Backup',
    'no readable time "soon"',
    'not a JSON object',
  ]);
});
