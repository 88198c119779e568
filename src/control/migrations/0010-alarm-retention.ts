import type { Migration } from './migration.ts';

/**
 * Finds what is too old without a look at everything else. In `alarm_matches`, a `batch_seq` below 0 is the sum of what all
 * batches up to minus that number added to the alarm.
 */
export const alarmRetention: Migration = {
  name: '0010-alarm-retention',
  up: [
    'create index alarms_by_last_event on alarms (last_event_us)',
    'create index alarm_matches_by_batch on alarm_matches (batch_seq)',
    'create index batches_by_commit on batches (committed_at)',
  ],
};
