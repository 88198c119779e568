/** States that a job passes through, by rank; a state never gives way to one of a lower rank. */
const RANKS = { queued: 1, in_progress: 2, aborting: 3, completed: 4, failed: 4, aborted: 4 };
const ENDED = 4;

const STATE = `Tuple(rank UInt8, at DateTime64(6, 'UTC'), status String, ended Nullable(DateTime64(6, 'UTC')),
  progress Nullable(UInt8), message String, seq UInt64, row UInt32)`;

/** Numbers of jobs begin above those of what Belfry does itself (model/task.ts), and stay exact in JavaScript. */
const FIRST_ID = 2n ** 40n;
const IDS = 2n ** 53n - FIRST_ID;
const ID = `${FIRST_ID} + sipHash64('backup job', org, format, b.job) % ${IDS}`;

/** `b`, and the rank of its state: 0 where it tells none, or one that is not known. */
const told = (mapped: string) => `SELECT *, backup_job AS b, transform(tupleElement(backup_job, 'status'),
    [${Object.keys(RANKS)
      .map((status) => `'${status}'`)
      .join(', ')}], [${Object.values(RANKS).join(', ')}]::Array(UInt8), 0::UInt8) AS rank
  FROM ${mapped} WHERE fate = 'stored' AND kind = 'backup' AND tupleElement(backup_job, 'job') != ''`;

/** Rows of `backup_jobs` from the records that tell of a job. The time of a state is that of its record. */
export const backupJobsSql = (
  mapped: string,
) => `SELECT org, toDateTime(ifNull(b.created, toDateTime64(0, 6, 'UTC')), 'UTC') AS placed, ${ID} AS id, format AS source, b.job AS job,
  CAST(tuple(rank, time, if(rank = 0, '', b.status), if(rank = ${ENDED}, b.ended, NULL), b.progress, b.message, seq, row) AS ${STATE}) AS state,
  time AS seen, b.created AS created, b.started AS started, b.took AS took, b.category AS category, b.type AS type,
  b.primary_entity AS primary_entity, b.parent_entity AS parent_entity, b.bytes AS bytes, b.transferred AS transferred,
  b.parts AS parts, b.vault AS vault, b.policy_id AS policy_id, b.policy_name AS policy_name, b.kept_until AS kept_until
FROM (${told(mapped)})`;
