import type { BackupJobFilter } from './backup-job.ts';

/** Which rows of consumption: whole days in UTC, and entities as filters of backup jobs name them. */
export interface ConsumptionFilter
  extends Pick<
    BackupJobFilter,
    'primaryIds' | 'primaryTypes' | 'primaryValues' | 'primaryValuesContaining' | 'parentTypes' | 'parentIds'
  > {
  /** `2026-03-01`, inclusive; from the first day there is where left out. */
  readonly fromDay?: string;
  /** Inclusive. Not later than today: what is kept now would be counted for days that have not been. */
  readonly throughDay: string;
}
