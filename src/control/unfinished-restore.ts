import { MIGRATIONS } from './migrations/index.ts';
import { checksum, type Migration } from './migrations/migration.ts';
import type { Db } from './transaction.ts';

export interface AppliedMigration {
  readonly name: string;
  readonly checksum: string;
}

/** What this release would apply to an empty database. */
export function knownControlMigrations(): AppliedMigration[] {
  return MIGRATIONS.map((migration) => ({ name: migration.name, checksum: checksum(migration) }));
}

export function appliedControlMigrations(db: Db): Promise<AppliedMigration[]> {
  return db.selectFrom('migrations').select(['name', 'checksum']).orderBy('name').execute();
}

const MARK = '9999-unfinished-restore-of-';

/**
 * What brings a database up to the schema that a backup was made with, and no further. With `mark`, nobody but that restore opens
 * it from then on, until `clearControlMark`: to everybody else, in every release, it is of a newer one.
 */
export function migrationsOfBackup(applied: readonly AppliedMigration[], mark?: string): Migration[] {
  const upTo = MIGRATIONS.slice(0, applied.length);
  return mark === undefined ? upTo : [...upTo, { name: `${MARK}${mark}`, up: [] }];
}

/** The restore that a refusal to open names; undefined for other refusals. */
export function unfinishedRestoreIn(message: string): string | undefined {
  return new RegExp(`${MARK}([\\w-]+)`).exec(message)?.[1];
}

export async function clearControlMark(db: Db): Promise<void> {
  await db.deleteFrom('migrations').where('name', 'like', `${MARK}%`).execute();
}
