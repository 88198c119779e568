import { join } from 'node:path';
import { DUMPED_TABLES, dumpTable } from '../../control/dump.ts';
import { importsAbove, type Settling, settleRow } from '../../control/dump-settled.ts';
import { horizon } from '../../control/ledger.ts';
import { BACKUP_NOTE_KEY } from '../../control/repos/backup-notes.ts';
import type { BatchState } from '../../control/tables.ts';
import type { Db } from '../../control/transaction.ts';
import { appliedControlMigrations } from '../../control/unfinished-restore.ts';
import type { Context } from '../context.ts';
import { writeJsonLines } from './json-lines.ts';
import type { Manifest, ManifestFile } from './manifest.ts';
import { BACKUP_JOB } from './progress.ts';

/** A file beside the stores that the control data names. */
export interface NamedFile {
  readonly place: 'reports' | 'compliance' | 'spool';
  /** For the spool the path, for the others a name in their folder. */
  readonly name: string;
}

export interface DumpedControl extends Pick<Manifest, 'control' | 'organizations' | 'horizon' | 'moment'> {
  readonly migrations: Manifest['migrations']['control'];
  readonly files: readonly ManifestFile[];
  readonly named: readonly NamedFile[];
  /** Batches that are not in the event store yet, or not wholly. */
  readonly open: readonly number[];
}

/**
 * Writes the control plane, as it is at one moment, into `control/` of a folder.
 *
 * @param settle for a copy that stands for itself: what was under way is ended in it, and batches above the horizon are left
 *   out. Without it rows are copied as they are.
 */
export function dumpControl(
  context: Pick<Context, 'control' | 'now'>,
  folder: string,
  { settle, progress }: { readonly settle: boolean; readonly progress: (table: string) => void },
): Promise<DumpedControl> {
  return context.control.withSnapshot(async (db) => {
    const moment = new Date(context.now()).toISOString();
    const settling = settle ? await settlingOf(db, moment) : undefined;
    const control: { table: string; rows: number; path: string }[] = [];
    const files: ManifestFile[] = [];
    for (const table of DUMPED_TABLES) {
      progress(table.name);
      const path = `control/${table.name}.jsonl.gz`;
      const counted = { rows: 0 };
      const written = await writeJsonLines(
        join(folder, path),
        settled(dumpTable(db, table), table.name, settling, counted),
      );
      control.push({ table: table.name, rows: counted.rows, path });
      files.push({ path, ...written });
    }
    const organizations = await db.selectFrom('organizations').select(['id as number', 'slug']).orderBy('id').execute();
    const open = await db.selectFrom('batches').select('seq').where('state', '=', 'open').orderBy('seq').execute();
    const { value: lastSeq } = await db
      .selectFrom('counters')
      .select('value')
      .where('name', '=', 'batch')
      .executeTakeFirstOrThrow();
    return {
      control,
      files,
      organizations,
      moment,
      horizon: settling?.horizon ?? lastSeq,
      migrations: await appliedControlMigrations(db),
      named: await filesNamed(db, moment, settle ? ['set_aside'] : ['set_aside', 'open']),
      open: open.map(({ seq }) => seq),
    };
  });
}

async function settlingOf(db: Db, moment: string): Promise<Settling> {
  const upTo = await horizon(db);
  const cutImports = await importsAbove(db, upTo);
  return { horizon: upTo, cutImports, moment, jobKinds: [BACKUP_JOB], settings: [BACKUP_NOTE_KEY] };
}

type Rows = ReturnType<typeof dumpTable>;

async function* settled(pages: Rows, name: string, settling: Settling | undefined, counted: { rows: number }): Rows {
  for await (const page of pages) {
    const kept =
      settling === undefined
        ? page
        : page.map((row) => settleRow(name, row, settling)).filter((row) => row !== undefined);
    counted.rows += kept.length;
    yield kept;
  }
}

async function filesNamed(db: Db, moment: string, spooled: readonly BatchState[]): Promise<NamedFile[]> {
  const reports = await db.selectFrom('reports').select('file').where('state', '=', 'ready').execute();
  const runs = await db
    .selectFrom('complianceRuns')
    .select('file')
    .where('file', 'is not', null)
    .where('expiresAt', '>', moment)
    .execute();
  const batches = await db.selectFrom('batches').select('spoolPath').where('state', 'in', spooled).execute();
  return [
    ...reports.flatMap(({ file }) => (file === null ? [] : [{ place: 'reports' as const, name: file }])),
    ...runs.flatMap(({ file }) => (file === null ? [] : [{ place: 'compliance' as const, name: nameOf(file) }])),
    ...batches.flatMap(({ spoolPath }) => (spoolPath === null ? [] : [{ place: 'spool' as const, name: spoolPath }])),
  ];
}

function nameOf(file: string): string {
  const { name }: { name: string } = JSON.parse(file);
  return name;
}
