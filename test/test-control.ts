import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { dirname } from 'node:path';
import { Client } from 'pg';
import { type Control, type ControlOptions, openControl } from '../src/control/database.ts';
import { MIGRATIONS } from '../src/control/migrations/index.ts';
import { checksum, type Migration } from '../src/control/migrations/migration.ts';

export interface TestControlOptions {
  /** Other than all of ours; the database then starts empty. */
  readonly migrations?: readonly Migration[];
}

/** The control plane of the engine that `TEST_CONTROL` names: `server`, or else embedded. */
export async function openTestControl(path: string, { migrations }: TestControlOptions = {}): Promise<Control> {
  return openControl(await testControlOptions(path, { isEmpty: migrations !== undefined }), migrations);
}

/**
 * Embedded, `path` itself. On a server, a database that belongs to the path: whoever names it again gets the same one, and
 * it is dropped some time after the path's folder is gone.
 */
export async function testControlOptions(path: string, { isEmpty = false } = {}): Promise<ControlOptions> {
  if (process.env.TEST_CONTROL !== 'server') return { path };
  const server = process.env.TEST_POSTGRES;
  if (server === undefined) {
    throw new Error('TEST_CONTROL=server needs the server that test/postgres-server/global-setup.ts starts');
  }
  const name = `test_${hashOf(path)}`;
  await asSuperuser(server, async (client) => {
    // One at a time: the server refuses to copy a database that somebody is connected to.
    await client.query('select pg_advisory_lock(1)');
    await dropAbandoned(client);
    if (await exists(client, name)) return;
    const template = isEmpty ? 'template0' : await migratedTemplate(client, server);
    await client.query(`create database ${name} template ${template} encoding 'UTF8'`);
    await client.query(`comment on database ${name} is '${dirname(path)}'`);
  });
  return { url: urlOf(server, name) };
}

/** The copy of a database with our tables costs a tenth of a second, their making several. */
async function migratedTemplate(client: Client, server: string): Promise<string> {
  const name = `template_${hashOf(MIGRATIONS.map(checksum).join())}`;
  if (!(await exists(client, name))) {
    await client.query(`create database ${name} template template0 encoding 'UTF8'`);
    await (await openControl({ url: urlOf(server, name) })).close();
  }
  return name;
}

async function dropAbandoned(client: Client): Promise<void> {
  const { rows } = await client.query<{ name: string; folder: string | null }>(
    `select datname as name, shobj_description(oid, 'pg_database') as folder
      from pg_database where datname like 'test\\_%'`,
  );
  for (const { name, folder } of rows) {
    if (folder === null || existsSync(folder)) continue;
    await client.query(`drop database ${name} with (force)`);
  }
}

async function exists(client: Client, name: string): Promise<boolean> {
  const { rowCount } = await client.query('select from pg_database where datname = $1', [name]);
  return rowCount === 1;
}

async function asSuperuser(server: string, work: (client: Client) => Promise<void>): Promise<void> {
  const client = new Client({ connectionString: server });
  await client.connect();
  try {
    await work(client);
  } finally {
    await client.end();
  }
}

function urlOf(server: string, database: string): string {
  const url = new URL(server);
  url.pathname = `/${database}`;
  return url.href;
}

function hashOf(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, 24);
}
