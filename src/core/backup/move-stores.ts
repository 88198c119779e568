import { randomUUID } from 'node:crypto';
import { mkdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { dropCopies, exportChunk, makeCopies } from '../../events/dump.ts';
import { appliedEventMigrations } from '../../events/unfinished-restore.ts';
import { writeWholeFile } from '../../kit/whole-file.ts';
import type { Context } from '../context.ts';
import { requireFolderName } from './backup-folder.ts';
import { collectFiles, type FilePlaces } from './copy-files.ts';
import { dumpControl } from './dump-control.ts';
import { type EventPlan, planEvents } from './dump-events.ts';
import { fillTarget, type RestoreOptions, type RestoreTarget } from './restore-backup.ts';
import type { ChunkSource } from './restore-events.ts';
import { type TableSummary, tablesOf } from './summary.ts';

const PARTS = ['control', 'events', 'files'];

export interface Move extends RestoreOptions {
  /** For what is on its way, and for the plan, which stays. */
  readonly folder: string;
  /** Where the files beside the stores are; null where they stay. */
  readonly from: FilePlaces | null;
}

export interface Moved {
  /** Rows by table; null where control data stays. */
  readonly control: readonly { readonly table: string; readonly rows: number }[] | null;
  /** Rows and checksums, the same on both sides; null where events stay. */
  readonly events: readonly TableSummary[] | null;
}

/**
 * Copies what one installation holds into the stores of another, chunk by chunk, as a backup and its restore would; batches that
 * are open stay so. Nobody may be working with either. Killed at any moment, it can be run again and goes on.
 *
 * @throws AppError `precondition_failed` where the target holds something, or something else of a move that was begun
 */
export async function moveStores(
  source: Pick<Context, 'control' | 'events' | 'now'>,
  target: RestoreTarget,
  move: Move,
): Promise<Moved> {
  const { folder, progress } = move;
  requireFolderName(folder);
  for (const part of PARTS) await mkdir(join(folder, part), { recursive: true, mode: 0o700 });
  const step = { step: 'reading control data', done: 0, total: 1 };
  const dumped = await dumpControl(source, folder, { settle: false, progress: () => progress(step) });
  const { files } = move.from === null ? { files: [] } : await collectFiles(folder, move.from, dumped.named);
  const bounds = { horizon: dumped.horizon, except: dumped.open };
  progress({ step: 'counting events', done: 0, total: 1 });
  if (target.events !== null) await makeCopies(source.events);
  try {
    const plan = target.events === null ? { bounds, tables: [], chunks: [] } : await planEvents(source.events, bounds);
    const manifest = {
      id: await idOfMove(folder, plan),
      moment: dumped.moment,
      migrations: { control: dumped.migrations, events: await appliedEventMigrations(source.events) },
      control: dumped.control,
      events: [...plan.tables],
      files,
    };
    const chunks = chunkSource(source, folder, plan);
    await fillTarget(target, { ...move, manifest, source: chunks, action: 'installation.move' });
    // The plan stays: run once more, it is known that all this is done.
    for (const part of PARTS) await rm(join(folder, part), { recursive: true, force: true });
    return {
      control: target.control && dumped.control.map(({ table, rows }) => ({ table, rows })),
      events: target.events && tablesOf({ events: manifest.events, organizations: dumped.organizations }),
    };
  } finally {
    await dropCopies(source.events);
  }
}

/** Each file is there only while it is loaded. */
function chunkSource({ events }: Pick<Context, 'events'>, folder: string, { bounds, chunks }: EventPlan): ChunkSource {
  const byPath = new Map(chunks.map((chunk) => [chunk.path, chunk]));
  return {
    async fetch(path) {
      const chunk = byPath.get(path);
      if (chunk === undefined) throw new Error(`no chunk ${path}`);
      const file = join(folder, path);
      await rm(file, { force: true });
      await exportChunk(events, chunk, { bounds, path: file });
      return file;
    },
    release: (path) => rm(join(folder, path), { force: true }),
  };
}

/** The same as last time where there is just the same to be moved: then it goes on. */
async function idOfMove(folder: string, plan: EventPlan): Promise<string> {
  const path = join(folder, 'plan.json');
  const text = JSON.stringify(plan);
  const saved: { id?: string; plan?: string } = JSON.parse(await readFile(path, 'utf8').catch(() => '{}'));
  if (saved.id !== undefined && saved.plan === text) return saved.id;
  const id = randomUUID();
  await writeWholeFile(path, (append) => append(JSON.stringify({ id, plan: text })));
  return id;
}
