import { mkdtemp, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { sql } from 'kysely';
import { afterEach, beforeEach, describe, expect, it, test } from 'vitest';
import { openTestControl } from '../../test/test-control.ts';
import { nextNumber } from './counters.ts';
import { type Control, openControl } from './database.ts';
import { MIGRATIONS } from './migrations/index.ts';
import type { Migration } from './migrations/migration.ts';
import { inTransaction } from './transaction.ts';

let dir: string;
let path: string;
const opened: Control[] = [];

async function open(migrations?: readonly Migration[]): Promise<Control> {
  return keep(openTestControl(path, { ...(migrations && { migrations }) }));
}

async function keep(opening: Promise<Control>): Promise<Control> {
  const control = await opening;
  opened.push(control);
  return control;
}

async function reopen(migrations?: readonly Migration[]): Promise<Control> {
  await opened.pop()?.close();
  return open(migrations);
}

beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'belfry-control-'));
  path = join(dir, 'control.db');
});

afterEach(async () => {
  for (const control of opened.splice(0)) await control.close();
  await rm(dir, { recursive: true });
});

test('keeps what was written', async () => {
  const first = await open();
  await first.db.insertInto('settings').values({ key: 'retention', value: '30' }).execute();
  const second = await reopen();
  expect(await second.db.selectFrom('settings').selectAll().execute()).toEqual([{ key: 'retention', value: '30' }]);
});

// About the file and SQLite's own settings, hence without a server whatever the others run on.
describe('the embedded database', () => {
  const open = () => keep(openControl({ path }));

  it('is a file for its owner alone, with its clock and for this process', async () => {
    const control = await open();
    expect((await stat(path)).mode & 0o777).toBe(0o600);
    expect(control.shared).toBe(false);
    expect(await control.clockDriftMs()).toBe(0);
  });

  it('makes every commit durable and enforces references', async () => {
    const { db } = await open();
    const pragmas = async (name: string) => (await sql.raw(`pragma ${name}`).execute(db)).rows;
    expect(await pragmas('journal_mode')).toEqual([{ journalMode: 'wal' }]);
    expect(await pragmas('synchronous')).toEqual([{ synchronous: 2 }]);
    expect(await pragmas('foreign_keys')).toEqual([{ foreignKeys: 1 }]);
  });

  it('says which file is no database', async () => {
    await writeFile(path, 'a letter to my aunt, not a database'.repeat(100));
    await expect(open()).rejects.toThrow(`cannot open the control database ${path}`);
  });

  it('says that the disk is full, loses nothing, and goes on when there is room', async () => {
    const { db } = await open();
    const limit = (pages: number) => sql.raw(`pragma max_page_count = ${pages}`).execute(db);
    const write = (key: string) =>
      db
        .insertInto('settings')
        .values({ key, value: 'x'.repeat(50_000) })
        .execute();
    await write('before');
    await limit(1);
    await expect(write('alone')).rejects.toMatchObject({ code: 'unavailable', public: /disk .* full/ });
    const inside = db.transaction().execute(async (trx) => {
      await trx.insertInto('settings').values({ key: 'small', value: '1' }).execute();
      await trx
        .insertInto('settings')
        .values({ key: 'large', value: 'x'.repeat(50_000) })
        .execute();
    });
    await expect(inside).rejects.toMatchObject({ code: 'unavailable' });
    await limit(1_000_000);
    await write('after');
    const keys = await db.selectFrom('settings').select('key').orderBy('key').execute();
    expect(keys.map((row) => row.key)).toEqual(['after', 'before']);
  });
});

describe('values', () => {
  it('that an engine cannot store are refused', async () => {
    const { db } = await open();
    await expect(sql`select ${true} as x`.execute(db)).rejects.toThrow('cannot bind a value of type boolean');
    await expect(sql`select ${undefined} as x`.execute(db)).rejects.toThrow('cannot bind a value of type undefined');
  });

  it('come back as they went in, but for NUL and halves of a surrogate pair', async () => {
    const { db } = await open();
    const texts = ['', 'a\0b', 'half \uD83D of a pair', '\uDE00', '\u{1F600}\u{10FFFF}\t\n\u0001'];
    const storable = ['', 'a\uFFFDb', 'half \uFFFD of a pair', '\uFFFD', '\u{1F600}\u{10FFFF}\t\n\u0001'];
    for (const [index, value] of texts.entries()) {
      await db
        .insertInto('settings')
        .values({ key: `${index} ${value}`, value })
        .execute();
    }
    const rows = await db.selectFrom('settings').selectAll().orderBy('key').execute();
    expect(rows).toEqual(storable.map((value, index) => ({ key: `${index} ${value}`, value })));
    const found = db.selectFrom('settings').select('key').where('value', '=', 'a\0b');
    expect(await found.execute()).toHaveLength(1);
  });

  it('are numbers, also counts and sums, and ordered as bytes', async () => {
    const { db } = await open();
    await db
      .insertInto('counters')
      .values({ name: 'x' as 'task', value: Number.MAX_SAFE_INTEGER })
      .execute();
    const sums = db.selectFrom('counters').where('name', 'in', ['x' as 'task', 'batch']);
    const row = await sums.select(({ fn }) => [
      fn.countAll<number>().as('count'),
      fn.sum<number>('value').as('sum'),
      fn.max('value').as('max'),
    ]);
    const exact = { count: 2, sum: Number.MAX_SAFE_INTEGER, max: Number.MAX_SAFE_INTEGER };
    expect(await row.executeTakeFirst()).toEqual(exact);

    const keys = ['B', 'a', 'Z', '_', 'é', '~', 'ÿ', '\u{1F600}', '\uFF5E', '10', '9', ' b', 'ab', 'a b'];
    await db
      .insertInto('settings')
      .values(keys.map((key) => ({ key, value: key })))
      .execute();
    const rows = await db.selectFrom('settings').select('key').orderBy('key').execute();
    const inByteOrder = keys.toSorted((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)));
    expect(rows.map(({ key }) => key)).toEqual(inByteOrder);
    const above = await db.selectFrom('settings').select('key').where('key', '>', 'a').orderBy('key').execute();
    expect(above.map(({ key }) => key)).toEqual(inByteOrder.slice(inByteOrder.indexOf('a') + 1));
  });
});

describe('migrations', () => {
  const colours: Migration = { name: '9001-colours', up: ['create table colours (name text)'] };
  const shapes: Migration = { name: '9002-shapes', up: ['create table shapes (name text)'] };

  it('applies what is new, once', async () => {
    await open([...MIGRATIONS, colours]);
    const { db } = await reopen([...MIGRATIONS, colours, shapes]);
    await sql`select * from colours, shapes`.execute(db);
    const applied = await db.selectFrom('migrations').select('name').orderBy('name').execute();
    expect(applied.map((row) => row.name)).toEqual([
      ...MIGRATIONS.map((one) => one.name),
      '9001-colours',
      '9002-shapes',
    ]);
  });

  it('refuses a changed past', async () => {
    await open([...MIGRATIONS, colours]);
    const changed = { ...colours, up: ['create table colours (name text, hex text)'] };
    await expect(reopen([...MIGRATIONS, changed])).rejects.toThrow('migration 9001-colours was changed after');
  });

  it('refuses a past that is missing from the list', async () => {
    await open([...MIGRATIONS, colours]);
    await expect(reopen([...MIGRATIONS, shapes])).rejects.toThrow(
      'has migration 9001-colours where this version of Belfry has 9002-shapes',
    );
  });

  it('refuses a database newer than the code', async () => {
    await open([...MIGRATIONS, colours]);
    await expect(reopen()).rejects.toThrow('newer than this version of Belfry: it has migration 9001-colours');
  });

  it('leaves nothing of a migration that fails', async () => {
    const broken = { name: '9001-broken', up: ['create table half (name text)', 'create table half (name text)'] };
    await expect(open([...MIGRATIONS, broken])).rejects.toThrow('half');
    const { db } = await open();
    await expect(sql`select * from half`.execute(db)).rejects.toThrow(/no such table|does not exist/);
  });

  it('lets two processes open a new database at the same time', async () => {
    const [first, second] = await Promise.all([open(), open()]);
    for (const { db } of [first, second]) {
      expect(await db.selectFrom('migrations').select('name').execute()).toHaveLength(MIGRATIONS.length);
    }
  });
});

describe('transactions', () => {
  it('queue for the one connection', async () => {
    const { db } = await open();
    const steps: string[] = [];
    const work = (name: string) =>
      inTransaction(db, async (trx) => {
        steps.push(`${name} begins`);
        const number = await nextNumber(trx, 'batch');
        await sleep(10);
        steps.push(`${name} ends`);
        return number;
      });
    expect(await Promise.all([work('a'), work('b')])).toEqual([1, 2]);
    expect(steps).toEqual(['a begins', 'a ends', 'b begins', 'b ends']);
  });

  it('wait for those of another process, also when they read first', async () => {
    const controls = [await open(), await open()];
    const increment = ({ db }: Control) =>
      inTransaction(db, async (trx) => {
        const before = await trx.selectFrom('counters').select('value').where('name', '=', 'batch').executeTakeFirst();
        await sleep(1);
        const value = (before?.value ?? 0) + 1;
        await trx.updateTable('counters').set({ value }).where('name', '=', 'batch').execute();
      });
    await Promise.all(
      Array.from({ length: 40 }, (_, index) => controls[index % 2]).map((one) => one && increment(one)),
    );
    const counter = controls[0]?.db.selectFrom('counters').select('value').where('name', '=', 'batch');
    expect(await counter?.executeTakeFirst()).toEqual({ value: 40 });
  });

  it('leave nothing when they fail', async () => {
    const { db } = await open();
    const failing = inTransaction(db, async (trx) => {
      await trx.insertInto('settings').values({ key: 'a', value: '1' }).execute();
      await inTransaction(trx, (inner) => inner.insertInto('settings').values({ key: 'b', value: '1' }).execute());
      throw new Error('changed my mind');
    });
    await expect(failing).rejects.toThrow('changed my mind');
    expect(await db.selectFrom('settings').selectAll().execute()).toEqual([]);
  });
});
