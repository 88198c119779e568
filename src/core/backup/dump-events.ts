import { join } from 'node:path';
import type { EventStore } from '../../events/client.ts';
import {
  type BatchBounds,
  type Chunk,
  DUMPED_EVENT_TABLES,
  digestForDump,
  dropCopies,
  exportChunk,
  makeCopies,
  type OrganizationDigest,
  planChunks,
} from '../../events/dump.ts';
import { AppError } from '../../model/errors.ts';
import { lookAtFile } from './backup-folder.ts';
import type { EventTableEntry, ManifestFile } from './manifest.ts';
import type { OnProgress } from './progress.ts';

/** A chunk and the file it goes into. */
export interface PlannedChunk extends Chunk {
  /** `events/<table>-<nnnnnn>.native.zst`. */
  readonly path: string;
}

export interface EventPlan {
  readonly bounds: BatchBounds;
  readonly tables: readonly EventTableEntry[];
  readonly chunks: readonly PlannedChunk[];
}

/** What there is to be copied, and in which files. `makeCopies` first. */
export async function planEvents(store: EventStore, bounds: BatchBounds): Promise<EventPlan> {
  const tables: EventTableEntry[] = [];
  const chunks: PlannedChunk[] = [];
  for (const table of DUMPED_EVENT_TABLES) {
    const organizations = await digestForDump(store, table.name, bounds);
    const planned = (await planChunks(store, table, bounds)).map((chunk, index) => ({
      ...chunk,
      path: `events/${table.name}-${String(index + 1).padStart(6, '0')}.native.zst`,
    }));
    chunks.push(...planned);
    tables.push({
      table: table.name,
      rows: rowsOf(organizations),
      organizations: [...organizations],
      chunks: planned.map(({ path }) => path),
    });
  }
  return { bounds, tables, chunks };
}

function rowsOf(organizations: readonly OrganizationDigest[]): number {
  return organizations.reduce((sum, { rows }) => sum + rows, 0);
}

export interface DumpedEvents {
  readonly tables: readonly EventTableEntry[];
  readonly files: readonly ManifestFile[];
}

/**
 * Writes events and what belongs to them, up to a horizon, into `events/` of a folder, while others are stored.
 *
 * @throws AppError `unavailable` when rows went that were to be copied, or the disk does not take them
 */
export async function dumpEvents(
  store: EventStore,
  folder: string,
  options: { readonly bounds: BatchBounds; readonly signal?: AbortSignal; readonly progress: OnProgress },
): Promise<DumpedEvents> {
  const { bounds, signal, progress } = options;
  await makeCopies(store);
  try {
    const { tables, chunks } = await planEvents(store, bounds);
    const files: ManifestFile[] = [];
    const written = new Map<string, number>();
    for (const [index, chunk] of chunks.entries()) {
      signal?.throwIfAborted();
      progress({ step: 'events', done: index, total: chunks.length });
      const target = { bounds, path: join(folder, chunk.path), ...(signal && { signal }) };
      const { rows } = await exportChunk(store, chunk, target);
      written.set(chunk.table, (written.get(chunk.table) ?? 0) + rows);
      const file = await lookAtFile(folder, chunk.path);
      if (file !== undefined) files.push(file);
    }
    for (const { table, rows } of tables) requireSame(table, rows, written.get(table) ?? 0);
    return { tables, files };
  } finally {
    await dropCopies(store);
  }
}

function requireSame(table: string, counted: number, written: number): void {
  if (counted === written) return;
  const sentence = `${table} had ${counted} rows to copy, and ${written} were there; rows were deleted meanwhile: try again`;
  throw new AppError('unavailable', { public: sentence });
}
