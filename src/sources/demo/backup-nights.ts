import type { Random } from '../../kit/random.ts';

export type BackupFormat = 'aws-backup' | 'restic' | 'borg' | 'velero' | 'backup-csv';

/** A night of the period. */
export interface Night {
  /** Midnight (UTC) that it begins at. */
  readonly time: number;
  /** Days before the day of the end, as incidents count. */
  readonly back: number;
}

/** What the writers of one product need. */
export interface BackupNights {
  readonly nights: readonly Night[];
  /** Nothing happens at or after this. */
  readonly end: number;
  readonly random: Random;
}

/** A file of one product: its text, whole. */
export interface BackupFile {
  readonly name: string;
  readonly format: BackupFormat;
  readonly text: string;
}

export const iso = (time: number) => new Date(time).toISOString();

/** Sizes that grow a little from night to night. */
export const grown = (bytes: number, night: Night, random: Random) =>
  Math.round(bytes * (1.05 - night.back * 0.0015) * (0.998 + random.next() * 0.004));
