import type { EventStore } from '../../events/client.ts';
import { digestOfTable, loadChunk, type OrganizationDigest } from '../../events/dump.ts';
import {
  migrateAsBackup,
  noteChunk,
  notedChunks,
  rowsPresent,
  unfinishedEventRestore,
} from '../../events/unfinished-restore.ts';
import { AppError } from '../../model/errors.ts';
import { type EventTableEntry, type Manifest, refusal } from './manifest.ts';
import type { OnProgress } from './progress.ts';

type EventManifest = Pick<Manifest, 'id' | 'events' | 'migrations'>;

/** Where the files of chunks come from. */
export interface ChunkSource {
  /** Absolute path of the file, there until it is released. */
  fetch(path: string): Promise<string>;
  release(path: string): Promise<void>;
}

/**
 * What is to be done in a store: everything or the rest of it (`restore`), or nothing, as the store holds just what the backup
 * does (`done`).
 *
 * @throws AppError `precondition_failed` for a store that holds something else, or is in the middle of another restore
 */
export async function stateOfEvents(store: EventStore, manifest: EventManifest): Promise<'restore' | 'done'> {
  const under = await unfinishedEventRestore(store);
  if (under === manifest.id) return 'restore';
  if (under !== undefined) {
    throw refusal(
      `the event store is in the middle of the restore of another backup (${under}): restore that one, or begin with an empty store`,
    );
  }
  const present = await rowsPresent(store);
  if (present.length === 0) {
    await migrateAsBackup(store, manifest.migrations.events).catch(explainNewer);
    return 'restore';
  }
  if ((await differences(store, manifest.events)).length === 0) return 'done';
  const found = present.map(({ name, rows }) => `${rows} rows of ${name}`).join(', ');
  throw refusal(`the event store holds ${found}: restore into one that holds nothing`);
}

function explainNewer(error: unknown): never {
  if (!(error instanceof AppError) || !/migration/.test(error.public)) throw error;
  throw refusal(
    `a newer version of Belfry than the one that made the backup has used the event store already: restore into a data directory, or databases, that no server was started on (${error.public})`,
    error,
  );
}

/**
 * Stores all chunks, each once however often this is begun again, and compares the outcome with the backup. Nobody else opens the
 * store from the first chunk on, until `clearEventMark`.
 *
 * @throws AppError `internal` where the store holds something else in the end
 */
export async function restoreEvents(
  store: EventStore,
  manifest: EventManifest,
  { source, progress }: { readonly source: ChunkSource; readonly progress: OnProgress },
): Promise<void> {
  await migrateAsBackup(store, manifest.migrations.events, manifest.id);
  const noted = await notedChunks(store);
  const chunks = manifest.events.flatMap(({ table, chunks }) => chunks.map((path) => ({ table, path })));
  for (const [index, { table, path }] of chunks.entries()) {
    progress({ step: 'events', done: index, total: chunks.length });
    if (noted.has(path)) continue;
    const file = await source.fetch(path);
    await loadChunk(store, { table, path: file, token: `${manifest.id}-${path.replaceAll(/[^\w-]/g, '-')}` });
    await noteChunk(store, path);
    await source.release(path);
  }
  progress({ step: 'checksums', done: 0, total: 1 });
  const different = await differences(store, manifest.events);
  if (different.length === 0) return;
  throw new AppError('internal', { public: `the event store does not hold what was copied: ${different.join('; ')}` });
}

async function differences(store: EventStore, tables: readonly EventTableEntry[]): Promise<string[]> {
  const found: string[] = [];
  for (const { table, organizations } of tables) {
    const stored = new Map((await digestOfTable(store, table)).map((digest) => [digest.organization, digest]));
    for (const expected of organizations) {
      const own = stored.get(expected.organization);
      if (!isSame(expected, own)) found.push(describe(table, expected, own));
      stored.delete(expected.organization);
    }
    for (const { organization, rows } of stored.values()) {
      found.push(`${table} has ${rows} rows of organization ${organization}, which had none`);
    }
  }
  return found;
}

function isSame(one: OrganizationDigest, other: OrganizationDigest | undefined): boolean {
  return one.rows === other?.rows && one.checksum === other.checksum;
}

function describe(table: string, expected: OrganizationDigest, own: OrganizationDigest | undefined): string {
  const { organization, rows } = expected;
  if (own?.rows === rows) return `${table} of organization ${organization} has another checksum`;
  return `${table} of organization ${organization} has ${own?.rows ?? 0} rows instead of ${rows}`;
}
