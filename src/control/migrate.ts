import { type Kysely, sql } from 'kysely';
import { checksum, type Migration } from './migrations/migration.ts';
import type { Tables } from './tables.ts';
import type { Db } from './transaction.ts';

const OWN_TABLE = `create table if not exists migrations (
  name text not null primary key,
  checksum text not null,
  applied_at text not null
)`;

/**
 * Applies what is pending, in order, each step atomically. Refuses a database whose past is not this list's.
 *
 * @param translate makes of a statement what the engine understands
 */
export async function migrate(
  db: Kysely<Tables>,
  migrations: readonly Migration[],
  translate: (statement: string) => string,
): Promise<void> {
  // In a transaction, since two processes that do this at once would both find no table.
  await db.transaction().execute((trx) => sql.raw(translate(OWN_TABLE)).execute(trx));
  let pending = await pendingMigrations(db, migrations);
  while (pending.length > 0) {
    await db.transaction().execute(async (trx) => {
      // Looked up again inside the transaction: another process may be opening the same database.
      const [next] = await pendingMigrations(trx, migrations);
      if (next !== undefined) await apply(trx, next, translate);
    });
    pending = await pendingMigrations(db, migrations);
  }
}

async function apply(db: Db, migration: Migration, translate: (statement: string) => string): Promise<void> {
  for (const statement of migration.up) await sql.raw(translate(statement)).execute(db);
  await db
    .insertInto('migrations')
    .values({ name: migration.name, checksum: checksum(migration), appliedAt: new Date().toISOString() })
    .execute();
}

async function pendingMigrations(db: Db, migrations: readonly Migration[]): Promise<readonly Migration[]> {
  const applied = await db.selectFrom('migrations').select(['name', 'checksum']).orderBy('name').execute();
  const newest = migrations.at(-1)?.name ?? '';
  for (const [index, { name, checksum: recorded }] of applied.entries()) {
    if (name.startsWith('9999-unfinished-restore') && name !== newest) {
      throw new Error(`a restore into it has not finished: run it again, and it goes on (${name})`);
    }
    if (name > newest) {
      throw new Error(`the control database is newer than this version of Belfry: it has migration ${name}`);
    }
    const migration = migrations[index];
    if (migration?.name !== name) {
      const expected = migration === undefined ? 'no more' : migration.name;
      throw new Error(`the control database has migration ${name} where this version of Belfry has ${expected}`);
    }
    if (checksum(migration) !== recorded) {
      throw new Error(`migration ${name} was changed after it was applied to the control database`);
    }
  }
  return migrations.slice(applied.length);
}
