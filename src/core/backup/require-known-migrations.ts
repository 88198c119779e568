import type { AppliedMigration } from '../../control/unfinished-restore.ts';
import { AppError } from '../../model/errors.ts';

/** @throws AppError `precondition_failed` for a backup that this release cannot read */
export function requireKnownMigrations(
  plane: string,
  known: readonly AppliedMigration[],
  ofBackup: readonly AppliedMigration[],
): void {
  for (const [index, { name, checksum }] of ofBackup.entries()) {
    const own = known[index];
    if (own?.name === name && own.checksum === checksum) continue;
    const sentence =
      own?.name === name
        ? `its ${plane} has migration ${name}, which was changed since: this backup is not one of this version of Belfry`
        : `its ${plane} has migration ${name}, which this version of Belfry does not know: restore it with the version that made it, or a newer one`;
    throw new AppError('precondition_failed', { public: sentence });
  }
}
