import type { TestRecord } from './records-format.ts';

/** What a record tells of a backup job; see `formats/backup-job.ts`. */
export type Told = Readonly<Record<string, unknown>>;

/** A record about a backup job at an instant, ISO 8601. */
export function backupRecord(time: string, told: Told): TestRecord {
  const entity = { id: '', type: '', value: '' };
  const job = {
    job: '',
    status: 'completed',
    category: 'backup',
    type: 'aws_ebs_volume_incremental_backup',
    created: toEngine(time),
    started: toEngine(time),
    ended: null,
    took: null,
    progress: null,
    message: '',
    primary_entity: entity,
    parent_entity: entity,
    bytes: null,
    transferred: null,
    parts: {},
    vault: '',
    policy_id: '',
    policy_name: '',
    kept_until: null,
    ...told,
  };
  return { time, kind: 'backup', backup_job: job };
}

/** An instant as the engine reads it in JSON. */
export function toEngine(time: string): string {
  return new Date(time).toISOString().replace('T', ' ').replace('Z', '000');
}
