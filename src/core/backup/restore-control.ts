import { basename, join } from 'node:path';
import { appendAudit } from '../../control/audit.ts';
import { type Control, type ControlOptions, openControl } from '../../control/database.ts';
import { clearTables, countRows, type DumpedRow, insertDumped } from '../../control/dump.ts';
import { inTransaction, type Trx } from '../../control/transaction.ts';
import { clearControlMark, migrationsOfBackup, unfinishedRestoreIn } from '../../control/unfinished-restore.ts';
import { AppError } from '../../model/errors.ts';
import type { Actor } from '../../model/scope.ts';
import type { FilePlaces } from './copy-files.ts';
import { readJsonLines } from './json-lines.ts';
import { type Manifest, refusal } from './manifest.ts';
import { requireIdle } from './require-idle.ts';

type ControlManifest = Pick<Manifest, 'id' | 'moment' | 'control' | 'migrations'>;

/**
 * What is to be done in a database: everything (`restore`), or nothing, as it was filled with this backup and nobody has changed
 * anything since (`done`).
 *
 * @throws AppError `precondition_failed` for a database that holds anything else, or is in the middle of another restore;
 *   `conflict` while a process works with it
 */
export async function stateOfControl(options: ControlOptions, manifest: ControlManifest): Promise<'restore' | 'done'> {
  const control = await openForBackup(options, manifest);
  try {
    // Where the backup knows nothing of processes, none that does can be working with its schema.
    if (manifest.migrations.control.some(({ name }) => name === '0012-processes')) await requireIdle(control);
    const found: string[] = [];
    for (const name of ['organizations', 'users', 'imports', 'batches', 'peers']) {
      const rows = await countRows(control.db, name);
      if (rows > 0) found.push(`${rows} ${name}`);
    }
    if (found.length === 0) return 'restore';
    if (await isFilledWith(control, manifest.id)) return 'done';
    throw refusal(`the control database holds ${found.join(', ')}: restore into one that holds nothing`);
  } finally {
    await control.close();
  }
}

/** The end of the trail says so. */
async function isFilledWith({ db }: Control, id: string): Promise<boolean> {
  const last = db.selectFrom('auditEntries').select(['objectType', 'objectId']).orderBy('seq', 'desc').limit(1);
  const entry = await last.executeTakeFirst();
  return entry?.objectType === 'installation' && entry.objectId === id;
}

/** Marks the database as being restored, so that nobody else opens it until it is. */
export async function openForRestore(options: ControlOptions, { id, migrations }: ControlManifest): Promise<Control> {
  return openControl(options, migrationsOfBackup(migrations.control, id));
}

/** As it is before the restore, or in the middle of it. */
async function openForBackup(options: ControlOptions, manifest: ControlManifest): Promise<Control> {
  try {
    return await openControl(options, migrationsOfBackup(manifest.migrations.control));
  } catch (error) {
    const message = error instanceof AppError ? error.public : '';
    const other = unfinishedRestoreIn(message);
    if (other === manifest.id) return openForRestore(options, manifest);
    if (other !== undefined) {
      throw refusal(
        `the control database is in the middle of the restore of another backup (${other}): restore that one, or begin with an empty database`,
        error,
      );
    }
    if (!/has migration/.test(message)) throw error;
    throw refusal(
      `a newer version of Belfry than the one that made the backup has used the control database already: restore into a data directory, or databases, that no server was started on (${message})`,
      error,
    );
  }
}

export interface ControlRestore {
  readonly folder: string;
  readonly manifest: ControlManifest & Pick<Manifest, 'files'>;
  readonly places: FilePlaces;
  readonly actor: Actor;
  /** What the trail calls it: `installation.restore`, `installation.move`. */
  readonly action: string;
}

/** Writes everything, counts it, and lets others open the database, in one transaction. */
export async function restoreControl(control: Control, restore: ControlRestore): Promise<void> {
  const { manifest } = restore;
  await inTransaction(control.db, async (trx) => {
    await clearTables(
      trx,
      manifest.control.map(({ table }) => table),
    );
    for (const { table, path, rows } of manifest.control) {
      await fillTable(trx, table, join(restore.folder, path), restore);
      const stored = await countRows(trx, table);
      if (stored !== rows) throw refusal(`${table} has ${rows} rows in the backup, and ${stored} were stored`);
    }
    await appendAudit(trx, {
      actor: restore.actor,
      action: restore.action,
      objectType: 'installation',
      objectId: manifest.id,
      organizationId: null,
      result: 'success',
      detail: { moment: manifest.moment },
    });
    await clearControlMark(trx);
  });
}

async function fillTable(trx: Trx, table: string, path: string, restore: ControlRestore): Promise<void> {
  if (table === 'organizations') return insertDumped(trx, table, parentsFirst(await allRows(path)));
  for await (const rows of readJsonLines<DumpedRow>(path)) {
    await insertDumped(trx, table, table === 'batches' ? rows.map((row) => placeSpool(row, restore)) : rows);
  }
}

/** Bytes of a batch that came along are in the spool of this installation now. */
function placeSpool(row: DumpedRow, { manifest, places }: ControlRestore): DumpedRow {
  if (typeof row.spool_path !== 'string') return row;
  const name = basename(row.spool_path);
  const cameAlong = manifest.files.some(({ path }) => path === `files/spool/${name}`);
  return cameAlong ? { ...row, spool_path: join(places.spool, name) } : row;
}

async function allRows(path: string): Promise<DumpedRow[]> {
  const all: DumpedRow[] = [];
  for await (const rows of readJsonLines<DumpedRow>(path)) all.push(...rows);
  return all;
}

/** An organization refers to the one above it, which may have been made later. */
function parentsFirst(rows: readonly DumpedRow[]): DumpedRow[] {
  const below = new Map<string | number | null, DumpedRow[]>();
  for (const row of rows) below.set(row.parent_id ?? null, [...(below.get(row.parent_id ?? null) ?? []), row]);
  const ordered: DumpedRow[] = [...(below.get(null) ?? [])];
  // Grows while it is walked.
  for (const row of ordered) ordered.push(...(below.get(row.id ?? null) ?? []));
  return ordered;
}
