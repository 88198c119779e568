import { type BackupFile, type BackupNights, grown, iso, type Night } from './backup-nights.ts';
import { INCIDENTS } from './incidents.ts';

const ACCOUNT = '111122223333';
const REGION = 'eu-west-1';
const VAULT = 'clinic-nightly';
const GIB = 2 ** 30;
const MINUTE = 60_000;

interface Resource {
  readonly type: string;
  readonly arn: string;
  readonly bytes: number;
  /** Minutes after midnight. */
  readonly at: number;
  readonly minutes: number;
}

const RESOURCES: readonly Resource[] = [
  { type: 'EBS', arn: volume(INCIDENTS.backups.volume), bytes: 420 * GIB, at: 60, minutes: 95 },
  { type: 'EBS', arn: volume('vol-0b77c1d2e3f405162'), bytes: 80 * GIB, at: 65, minutes: 24 },
  {
    type: 'EC2',
    arn: `arn:aws:ec2:${REGION}:${ACCOUNT}:instance/i-0c41d5e6f70812934`,
    bytes: 120 * GIB,
    at: 70,
    minutes: 41,
  },
  { type: 'RDS', arn: `arn:aws:rds:${REGION}:${ACCOUNT}:db:patients`, bytes: 64 * GIB, at: 90, minutes: 18 },
  {
    type: 'DynamoDB',
    arn: `arn:aws:dynamodb:${REGION}:${ACCOUNT}:table/appointments`,
    bytes: 6 * GIB,
    at: 95,
    minutes: 7,
  },
  { type: 'S3', arn: 'arn:aws:s3:::harborside-scans', bytes: 900 * GIB, at: 120, minutes: 130 },
];

/** Nights of AWS Backup as EventBridge tells them, three events a job, some of them late. */
export function awsBackupFiles({ nights, end, random }: BackupNights): BackupFile[] {
  const events: { time: number; detail: Record<string, unknown>; arn: string }[] = [];
  for (const night of nights) {
    for (const resource of RESOURCES) {
      const begin = night.time + resource.at * MINUTE + random.int(MINUTE);
      const done = begin + resource.minutes * MINUTE * (0.8 + random.next() * 0.4);
      const failure =
        failureOf(resource, night) ?? (random.chance(0.02) ? 'The resource was busy for too long.' : undefined);
      const base = { backupJobId: jobId(random.hex(32)), creationDate: iso(begin) };
      const known = {
        ...base,
        ...describe(resource),
        backupVaultName: VAULT,
        iamRoleArn: `arn:aws:iam::${ACCOUNT}:role/backup`,
      };
      const size = grown(resource.bytes, night, random);
      const finish = Math.floor(failure === undefined ? done : begin + 3 * MINUTE);
      const late = () => 1000 + random.int(4 * MINUTE);
      events.push(
        { time: begin + 900, detail: { ...base, state: 'CREATED' }, arn: '' },
        { time: begin + late(), detail: { ...known, state: 'RUNNING', percentDone: 0 }, arn: resource.arn },
        {
          time: finish + late(),
          arn: resource.arn,
          detail:
            failure === undefined
              ? {
                  ...known,
                  state: 'COMPLETED',
                  percentDone: 100,
                  completionDate: iso(finish),
                  backupSizeInBytes: String(size),
                  bytesTransferred: String(Math.round(size * 0.02)),
                }
              : {
                  ...known,
                  state: 'FAILED',
                  statusMessage: `"${failure}"`,
                  completionDate: iso(finish),
                  bytesTransferred: '0',
                },
        },
      );
    }
  }
  const lines = events
    .filter(({ time }) => time < end)
    .sort((a, b) => a.time - b.time)
    .map(
      ({ time, detail, arn }) =>
        `${JSON.stringify({ ...envelope(time, random.hex(32)), resources: arn === '' ? [] : [arn], detail })}\n`,
    );
  return [{ name: 'aws-backup.jsonl', format: 'aws-backup', text: lines.join('') }];
}

function failureOf({ arn }: Resource, { back }: Night): string | undefined {
  const { volume: id, firstNight, message } = INCIDENTS.backups;
  return arn === volume(id) && back <= firstNight ? message : undefined;
}

function volume(id: string): string {
  return `arn:aws:ec2:${REGION}:${ACCOUNT}:volume/${id}`;
}

const describe = ({ type, arn }: Resource) => ({
  resourceArn: arn,
  resourceType: type,
  backupVaultArn: `arn:aws:backup:${REGION}:${ACCOUNT}:backup-vault:${VAULT}`,
  createdBy: { backupPlanId: 'clinic-plan', backupPlanRuleId: 'nightly', backupPlanVersion: 'v1' },
});

const envelope = (time: number, id: string) => ({
  version: '0',
  id: uuid(id),
  'detail-type': 'Backup Job State Change',
  source: 'aws.backup',
  account: ACCOUNT,
  time: `${iso(time).slice(0, 19)}Z`,
  region: REGION,
});

const uuid = (hex: string) => hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
const jobId = (hex: string) => uuid(hex).toUpperCase();
