/**
 * What a record may tell of a backup job, with the ClickHouse type of its expression and the expression used where a
 * format leaves it out. Records of one job are merged: what one leaves out another may tell.
 */
export const BACKUP_JOB_FIELDS = {
  /** The tool's own id of the job, by which its records belong together; '' where the record is about no job. */
  job: { type: 'String', missing: "''" },
  /** `queued`, `in_progress`, `aborting`, `completed`, `failed` or `aborted`; '' where the record tells no state. */
  status: { type: 'String', missing: "''" },
  /** `backup`, `restore`, `snapshot` or `snapshot_restore`. */
  category: { type: 'String', missing: "''" },
  /** What the job does, in the style `aws_ebs_volume_backup`. */
  type: { type: 'String', missing: "''" },
  created: { type: "Nullable(DateTime64(6, 'UTC'))", missing: 'NULL' },
  started: { type: "Nullable(DateTime64(6, 'UTC'))", missing: 'NULL' },
  /** Only of a job that has ended. */
  ended: { type: "Nullable(DateTime64(6, 'UTC'))", missing: 'NULL' },
  /** Microseconds, where the record tells how long it took but not when it ended. */
  took: { type: 'Nullable(UInt64)', missing: 'NULL' },
  /** Percent, 0 to 100. */
  progress: { type: 'Nullable(UInt8)', missing: 'NULL' },
  message: { type: 'String', missing: "''" },
  /** What is protected: (id, type, name for people). */
  primary_entity: { type: 'Tuple(id String, type String, value String)', missing: "('', '', '')" },
  /** Where that lives, likewise. */
  parent_entity: { type: 'Tuple(id String, type String, value String)', missing: "('', '', '')" },
  /** Size of what is protected. 0 and NULL differ. */
  bytes: { type: 'Nullable(UInt64)', missing: 'NULL' },
  /** Bytes that were moved or newly stored for it. */
  transferred: { type: 'Nullable(UInt64)', missing: 'NULL' },
  /** Bytes of a part of the job by the part's name; the parts are added up where no record tells the job's `bytes`. */
  parts: { type: 'Map(String, UInt64)', missing: 'map()' },
  /** Name of the place that the copy is in. */
  vault: { type: 'String', missing: "''" },
  policy_id: { type: 'String', missing: "''" },
  policy_name: { type: 'String', missing: "''" },
  /** Until when the copy is kept. */
  kept_until: { type: "Nullable(DateTime64(6, 'UTC'))", missing: 'NULL' },
} as const;

export type BackupJobField = keyof typeof BACKUP_JOB_FIELDS;

const FIELDS = Object.entries(BACKUP_JOB_FIELDS);

/** ClickHouse type of the record column `backup_job`. */
export const BACKUP_JOB_TYPE = `Tuple(${FIELDS.map(([name, { type }]) => `${name} ${type}`).join(', ')})`;

/** SQL for the record column `backup_job`. */
export function backupJob(fields: Readonly<Partial<Record<BackupJobField, string>>>): string {
  const values = FIELDS.map(
    ([name, { type, missing }]) => `CAST(${fields[name as BackupJobField] ?? missing} AS ${type})`,
  );
  return `tuple(${values.join(',\n  ')})`;
}
