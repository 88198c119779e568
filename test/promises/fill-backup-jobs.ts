import type { EventStore } from '../../src/events/client.ts';

const BATCH = 1_000_000;

/** So many backup jobs for the first organization, written by the engine itself. */
export async function fillBackupJobs(events: EventStore, jobs: number, log: (line: string) => void): Promise<void> {
  const [first] = await events.query<{ org: number }>('SELECT any(org) AS org FROM backup_jobs');
  for (let from = 0; from < jobs; from += BATCH) {
    const count = Math.min(BATCH, jobs - from);
    await events.command(JOBS_SQL, { org: first?.org ?? 0, from, count });
    log(`${from + count} of ${jobs} backup jobs`);
  }
}

const JOBS_SQL = `INSERT INTO backup_jobs (org, placed, id, source, job, state, seen, created, started, category, type, primary_entity,
      parent_entity, bytes, transferred, vault, policy_id)
    SELECT {org:UInt32}, toDateTime(at, 'UTC'), 1099511627776 + cityHash64(number) % 8000000000000000, 'bench', toString(number),
      (4, at, ['completed', 'failed', 'aborted'][1 + number % 3], addSeconds(at, number % 600), 100, if(number % 3 = 1, 'no space left', ''), 1, number),
      at, at, at, 'backup', 'aws_ebs_volume_incremental_backup', (concat('arn:aws:ec2:volume/vol-', hex(number)), 'aws_ebs_volume',
      concat('vol-', hex(number))), ('1111/eu-west-1', 'aws_environment', '1111/eu-west-1'), number, number, 'nightly', 'plan'
    FROM (SELECT number, fromUnixTimestamp64Micro(toInt64(1.7e15 + cityHash64(number) % 30000000 * 1000000), 'UTC') AS at
      FROM numbers({from:UInt64}, {count:UInt64}))`;
