import { copyFile, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { EventStore } from './client.ts';
import { runSchemaStatement } from './cluster.ts';
import { DUMPED_EVENT_TABLES } from './dump.ts';
import { migrateEvents, readMigrations } from './migrate.ts';

const SCHEMA_FOLDER = new URL('./schema/', import.meta.url);

/** A migration as it was applied somewhere. */
export interface AppliedMigration {
  readonly name: string;
  readonly checksum: string;
}

/** What this release would apply to an empty store. */
export async function knownEventMigrations(): Promise<AppliedMigration[]> {
  return (await readMigrations()).map(({ name, checksum }) => ({ name, checksum }));
}

export function appliedEventMigrations(store: EventStore): Promise<AppliedMigration[]> {
  return store.query('SELECT name, checksum FROM schema_migrations ORDER BY name');
}

/** Sorts behind every migration: whoever opens a store that has it is told that it is of a newer release, in every release. */
const markOf = (restoreId: string) => `9999_unfinished_restore_of_${restoreId}.sql`;

/**
 * Brings a store up to the schema that a backup was made with, and no further. With `mark`, nobody but that restore opens it from
 * then on, until `clearEventMark`.
 *
 * @throws AppError `unavailable` where the store has other migrations, or another restore's mark
 */
export async function migrateAsBackup(
  store: EventStore,
  migrations: readonly AppliedMigration[],
  mark?: string,
): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'belfry-schema-'));
  try {
    for (const { name } of migrations) await copyFile(new URL(name, SCHEMA_FOLDER), join(folder, name));
    if (mark !== undefined) await writeFile(join(folder, markOf(mark)), '\n');
    await migrateEvents(store, pathToFileURL(`${folder}/`));
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** The restore that has begun here and not ended: `own` or another's; undefined where there is none. */
export async function unfinishedEventRestore(store: EventStore): Promise<string | undefined> {
  if (!(await existing(store, ['schema_migrations'])).length) return undefined;
  const [row] = await store.query<{ name: string }>(
    `SELECT name FROM schema_migrations WHERE startsWith(name, '9999_unfinished_restore_of_')`,
  );
  return row?.name.slice(markOf('').length - '.sql'.length, -'.sql'.length);
}

/** Lets everybody open the store again. */
export async function clearEventMark(store: EventStore): Promise<void> {
  // A book that every node of a cluster holds: one is told, and the others follow.
  await store.command(
    `ALTER TABLE schema_migrations DELETE WHERE startsWith(name, '9999_unfinished_restore_of_') SETTINGS mutations_sync = 2`,
  );
  await runSchemaStatement(store, 'DROP TABLE IF EXISTS restored_chunks');
}

/** Notes that a chunk is stored. Where the note is lost, it is loaded again and stored once all the same. */
export async function noteChunk(store: EventStore, path: string): Promise<void> {
  await runSchemaStatement(
    store,
    'CREATE TABLE IF NOT EXISTS restored_chunks (org UInt32, path String) ENGINE = MergeTree ORDER BY path',
  );
  await store.command('INSERT INTO restored_chunks (org, path) VALUES (0, {path:String})', { path });
}

export async function notedChunks(store: EventStore): Promise<ReadonlySet<string>> {
  if (!(await existing(store, ['restored_chunks'])).length) return new Set();
  const rows = await store.query<{ path: string }>('SELECT path FROM restored_chunks');
  return new Set(rows.map(({ path }) => path));
}

/** Rows by table, of those that have any. */
export async function rowsPresent(store: EventStore): Promise<{ name: string; rows: number }[]> {
  const tables = await existing(
    store,
    DUMPED_EVENT_TABLES.map(({ name }) => name),
  );
  const counted = await Promise.all(
    tables.map(async (name) => {
      const [found] = await store.query<{ rows: number }>(`SELECT count() AS rows FROM ${name}`);
      return { name, rows: found?.rows ?? 0 };
    }),
  );
  return counted.filter(({ rows }) => rows > 0);
}

async function existing(store: EventStore, names: readonly string[]): Promise<string[]> {
  const rows = await store.query<{ name: string }>(
    'SELECT name FROM system.tables WHERE database = currentDatabase() ORDER BY name',
  );
  return rows.map(({ name }) => name).filter((name) => names.includes(name));
}
