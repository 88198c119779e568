import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { AppError } from '../model/errors.ts';
import type { EventStore } from './client.ts';
import { prepareDatabases, runSchemaStatement } from './cluster.ts';

interface Migration {
  readonly name: string;
  readonly checksum: string;
  readonly statements: readonly string[];
}

const SCHEMA_FOLDER = new URL('./schema/', import.meta.url);

/**
 * Applies the numbered migrations that this store has not seen, in order.
 *
 * @param folder where they are, as a URL that ends in a slash
 * @throws AppError `unavailable` when an applied migration was changed or is unknown here (data of a newer release).
 */
export async function migrateEvents(store: EventStore, folder = SCHEMA_FOLDER): Promise<string[]> {
  await prepareBooks(store);
  const migrations = await readMigrations(folder);
  const applied = await store.query<{ name: string; checksum: string }>(
    'SELECT name, checksum FROM schema_migrations ORDER BY name',
  );
  refuseChangedPast(migrations, applied);
  const pending = migrations.slice(applied.length);
  for (const migration of pending) await apply(store, migration);
  return pending.map((migration) => migration.name);
}

/** Only where there are none: a start must not wait for all nodes of a cluster when there is nothing to make. */
async function prepareBooks(store: EventStore): Promise<void> {
  const present = await store.query(
    "SELECT name FROM system.tables WHERE database = currentDatabase() AND name = 'schema_migrations'",
  );
  if (present.length > 0) return;
  await prepareDatabases(store);
  await runSchemaStatement(
    store,
    `CREATE TABLE IF NOT EXISTS schema_migrations
    (name String, checksum String, applied_at DateTime('UTC') DEFAULT now()) ENGINE = MergeTree ORDER BY name`,
  );
}

/** In order, with statements that may be run again. */
export async function readMigrations(folder = SCHEMA_FOLDER): Promise<Migration[]> {
  const names = (await readdir(folder)).filter((name) => /^\d{4}_[\w-]+\.sql$/.test(name)).sort();
  return Promise.all(
    names.map(async (name) => {
      const text = await readFile(new URL(name, folder), 'utf8');
      const checksum = createHash('sha256').update(text).digest('hex');
      return { name, checksum, statements: splitStatements(text).map(makeRepeatable) };
    }),
  );
}

/** Statements end with a semicolon at the end of a line; the schema holds none elsewhere at a line's end. */
function splitStatements(text: string): string[] {
  return text
    .split(/;\s*$/m)
    .map((statement) => statement.trim())
    .filter((statement) => statement !== '');
}

function refuseChangedPast(
  migrations: readonly Migration[],
  applied: readonly { name: string; checksum: string }[],
): void {
  for (const [index, past] of applied.entries()) {
    const known = migrations[index];
    if (known?.name === past.name && known.checksum === past.checksum) continue;
    const reason = past.name.startsWith('9999_unfinished_restore')
      ? 'a restore into the event store has not finished: run it again, and it goes on'
      : known?.name === past.name
        ? `migration ${past.name} of the event store was changed after it was applied`
        : `the event store holds migration ${past.name}, which this release does not know: it is from a newer one`;
    throw new AppError('unavailable', { public: reason });
  }
}

async function apply(store: EventStore, migration: Migration): Promise<void> {
  // A crash midway leaves the first statements done.
  for (const statement of migration.statements) await runSchemaStatement(store, statement);
  await store.command('INSERT INTO schema_migrations (name, checksum) VALUES ({name:String}, {checksum:String})', {
    name: migration.name,
    checksum: migration.checksum,
  });
}

function makeRepeatable(statement: string): string {
  return statement.replace(
    /^((?:--.*\n\s*)*CREATE (?:TABLE|MATERIALIZED VIEW)) (?!IF NOT EXISTS)/,
    '$1 IF NOT EXISTS ',
  );
}
