import { once } from 'node:events';
import { createServer } from 'node:net';
import { inspect } from 'node:util';
import { sql } from 'kysely';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type PostgresServer, startPostgres } from '../../test/postgres-server/start-postgres.ts';
import { type Control, type ControlOptions, openControl } from './database.ts';
import { MIGRATIONS } from './migrations/index.ts';
import { requireFit } from './postgres-engine.ts';
import { inTransaction } from './transaction.ts';

// About PostgreSQL itself, hence over a server of its own whatever the others run on.

let server: PostgresServer;
let database: string;
const opened: Control[] = [];

beforeAll(async () => {
  server = await startPostgres();
});

afterAll(() => server.remove());

let count = 0;

beforeEach(async () => {
  count += 1;
  database = `control_${count}`;
  await server.query(`create database ${database}`);
});

afterEach(async () => {
  for (const control of opened.splice(0)) await control.close();
});

async function open(options: Partial<ControlOptions> = {}): Promise<Control> {
  const control = await openControl({ url: server.urlOf(database), ...options });
  opened.push(control);
  return control;
}

function changed(change: (url: URL) => void): string {
  const url = new URL(server.urlOf(database));
  change(url);
  return url.href;
}

const put = ({ db }: Pick<Control, 'db'>, key: string) =>
  db.insertInto('settings').values({ key, value: '1' }).execute();
const keys = async ({ db }: Pick<Control, 'db'>) =>
  (await db.selectFrom('settings').select('key').orderBy('key').execute()).map(({ key }) => key);

describe('a database on a server', () => {
  it('is brought up to date by whoever comes first, and the others wait', async () => {
    const controls = await Promise.all([open(), open(), open()]);
    for (const { db } of controls) {
      expect(await db.selectFrom('migrations').select('name').execute()).toHaveLength(MIGRATIONS.length);
    }
  });

  it('is shared, and its clock is that of this machine here', async () => {
    const control = await open();
    expect(control.shared).toBe(true);
    expect(Math.abs(await control.clockDriftMs())).toBeLessThan(1000);
  });

  it('orders and compares all text by its bytes', async () => {
    await open();
    const rows = await server.query(
      `select table_name || '.' || column_name as name from information_schema.columns
        where table_schema = 'public' and data_type = 'text' and collation_name is distinct from 'C'`,
      database,
    );
    expect(rows).toEqual([]);
  });

  it('refuses to round a number', async () => {
    const { db } = await open();
    const large = sql<{ x: number }>`select cast(9007199254740993 as bigint) as x`;
    await expect(large.execute(db)).rejects.toThrow('9007199254740993');
    const sum = sql<{ x: number }>`select sum(x) as x from (values (9007199254740991), (1)) as numbers (x)`;
    await expect(sum.execute(db)).rejects.toThrow('9007199254740992');
  });
});

describe('opening', () => {
  const refusal = async (url: string) => {
    const error: unknown = await openControl({ url }).then(
      (control) => control.close(),
      (reason: unknown) => reason,
    );
    const password = new URL(url).password;
    expect(inspect(error, { depth: null, showHidden: true })).not.toContain(password);
    return error;
  };
  const setting = (sentence: RegExp) => ({ code: 'unavailable', public: sentence });

  it('says that nobody is there', async () => {
    const listener = createServer().listen(0, '127.0.0.1');
    await once(listener, 'listening');
    const address = listener.address();
    await new Promise((resolve) => listener.close(resolve));
    const port = typeof address === 'object' ? String(address?.port) : '';
    const url = changed((to) => {
      to.port = port;
    });
    const expected = `cannot open the control database postgres://postgres@127.0.0.1:${port}/${database}: PostgreSQL: nothing`;
    expect(await refusal(url)).toMatchObject({ public: expect.stringContaining(expected), retryAfterSeconds: 5 });
  });

  it('says that the host has no such name', async () => {
    const url = changed((to) => {
      to.hostname = 'nobody.invalid';
    });
    expect(await refusal(url)).toMatchObject(setting(/host name/));
  });

  it('says that the password is wrong', async () => {
    const url = changed((to) => {
      to.password = 'not-the-password';
    });
    expect(await refusal(url)).toMatchObject(setting(/refuses the user or the password/));
  });

  it('says that there is no such database', async () => {
    expect(await refusal(server.urlOf('nowhere'))).toMatchObject(setting(/no such database.*nowhere/));
  });

  it('says that the server has no TLS', async () => {
    const url = changed((to) => to.searchParams.set('sslmode', 'verify-full'));
    expect(await refusal(url)).toMatchObject(setting(/TLS/));
  });

  it('says that the encoding is not UTF8, which waiting does not change', async () => {
    await server.query(`create database latin template template0 encoding 'LATIN1'`);
    const error = await refusal(server.urlOf('latin'));
    expect(error).toMatchObject(setting(/encoding is LATIN1, and Belfry needs UTF8/));
    expect(error).toMatchObject({ retryAfterSeconds: undefined });
  });

  it('says that the server is too old', () => {
    const old = { version: '12.22 (Debian 12.22-1)', versionNumber: 120_022, encoding: 'UTF8' };
    expect(() => requireFit(old)).toThrow('it is PostgreSQL 12.22 (Debian 12.22-1), and Belfry needs 13 or newer');
    expect(() => requireFit({ ...old, versionNumber: 130_000 })).not.toThrow();
  });

  it('names the file of certificates that is not there', async () => {
    const url = changed((to) => to.searchParams.set('sslrootcert', '/nowhere/ca.pem'));
    expect(await refusal(url)).toMatchObject(setting(/no such file.*\/nowhere\/ca\.pem/));
  });

  it('says that the user may not do that, or has too many connections', async () => {
    await server.query(`create role guest login password 'guest-password' connection limit 1`);
    const url = changed((to) => {
      to.username = 'guest';
      to.password = 'guest-password';
    });
    expect(await refusal(url)).toMatchObject(setting(/its user may not do that/));
    await server.query('alter role guest connection limit 0');
    expect(await refusal(url)).toMatchObject(setting(/no connection left/));
  });

  it('says that it takes no changes', async () => {
    await server.query(`alter database ${database} set default_transaction_read_only = on`);
    expect(await refusal(server.urlOf(database))).toMatchObject(setting(/read-only/));
  });

  it('refuses tables that are not ours, and a schema that is newer', async () => {
    await server.query('create table organizations (id text)', database);
    expect(await refusal(server.urlOf(database))).toMatchObject(setting(/"organizations" already exists/));
    await server.query('drop table organizations', database);
    await openControl({ url: server.urlOf(database) }, [...MIGRATIONS, { name: '9001-later', up: [] }]).then(
      (control) => control.close(),
    );
    expect(await refusal(server.urlOf(database))).toMatchObject(setting(/newer than this version.*9001-later/));
  });
});

describe('a server that goes away', () => {
  it('in the middle of a transaction leaves nothing of it, and is used again when it is back', async () => {
    const control = await open();
    const cut = inTransaction(control.db, async (trx) => {
      await put({ db: trx }, 'half');
      await server.crash();
      await put({ db: trx }, 'other half');
    });
    await expect(cut).rejects.toMatchObject({ code: 'unavailable', retryAfterSeconds: 5 });
    await expect(put(control, 'meanwhile')).rejects.toMatchObject({ public: /nothing accepts connections/ });
    await expect(keys(control)).rejects.toMatchObject({ code: 'unavailable' });
    await server.start();
    await inTransaction(control.db, (trx) => put({ db: trx }, 'after'));
    expect(await keys(control)).toEqual(['after']);
  });

  it('and comes back between two statements is not noticed', async () => {
    const control = await open();
    await Promise.all(['a', 'b', 'c'].map((key) => put(control, key)));
    await server.stop();
    await server.start();
    expect(await keys(control)).toEqual(['a', 'b', 'c']);
    await put(control, 'd');
  });

  it('throws out a connection: what only reads is asked on another one', async () => {
    const control = await open({ connections: 2 });
    await keys(control);
    const others = server.query(
      'select pg_terminate_backend(pid) from pg_stat_activity where application_name = $$belfry$$',
    );
    await Promise.all([others, ...Array.from({ length: 50 }, () => keys(control))]);
    expect(await keys(control)).toEqual([]);
  });

  it('becomes a standby: it is read and says that it takes no changes', async () => {
    const control = await open();
    await put(control, 'before');
    await server.query(`alter database ${database} set default_transaction_read_only = on`);
    await server.query(`select pg_terminate_backend(pid) from pg_stat_activity where datname = '${database}'`);
    await expect.poll(() => keys(control).catch(() => [])).toEqual(['before']);
    await expect(put(control, 'after')).rejects.toMatchObject({ public: /read-only/ });
    await expect(inTransaction(control.db, (trx) => put({ db: trx }, 'after'))).rejects.toMatchObject({
      code: 'unavailable',
    });
  });
});
