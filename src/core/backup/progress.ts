/** Kind of the job that writes a backup. */
export const BACKUP_JOB = 'write-backup';

/** How far a copy is, for people who wait. */
export interface Progress {
  /** `control data`, `files`, `events`, … */
  readonly step: string;
  readonly done: number;
  readonly total: number;
}

export type OnProgress = (progress: Progress) => void;
