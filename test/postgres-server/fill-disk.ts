import type { PostgresServer } from './start-postgres.ts';

/** Has every change to the tables of a database fail as it does on a full disk, until what is answered is called. */
export async function fillDisk(server: PostgresServer, database: string): Promise<() => Promise<unknown>> {
  const ask = (statement: string) => server.query(statement, database);
  await ask(`create function full_disk() returns trigger language plpgsql as
    $$ begin raise exception 'could not extend file' using errcode = 'disk_full'; end $$`);
  for (const { name } of await ask(
    'select quote_ident(tablename) as name from pg_tables where schemaname = current_schema()',
  ))
    await ask(`create trigger full_disk before insert or update or delete on ${name} execute function full_disk()`);
  return () => ask('drop function full_disk() cascade');
}
