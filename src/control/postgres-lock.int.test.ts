import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { sql } from 'kysely';
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import { type PostgresServer, startPostgres } from '../../test/postgres-server/start-postgres.ts';
import { type Control, openControl } from './database.ts';
import { claimJob } from './repos/jobs.ts';
import { inTransaction } from './transaction.ts';

// About PostgreSQL itself, hence over a server of its own whatever the others run on.

let server: PostgresServer;
let control: Control;
const holders: ChildProcess[] = [];

beforeAll(async () => {
  server = await startPostgres();
  control = await openControl({ url: server.url, connections: 2 });
});

afterEach(async () => {
  for (const holder of holders.splice(0)) holder.kill('SIGKILL');
  await control.db.deleteFrom('settings').execute();
});

afterAll(async () => {
  await control.close();
  await server.remove();
});

const HOLDER = `
  import { openControl } from ${JSON.stringify(new URL('./database.ts', import.meta.url).href)};
  const { db } = await openControl({ url: process.argv[1] });
  await db.transaction().execute(async (trx) => {
    await trx.insertInto('settings').values({ key: 'held', value: '1' }).execute();
    process.stdout.write('holds');
    await new Promise((resolve) => setTimeout(resolve, 600_000));
  });
`;

/** Another process that is in the middle of a transaction. */
async function holder(): Promise<ChildProcess> {
  const process_ = spawn(process.execPath, ['--import', 'tsx', '--input-type=module', '-e', HOLDER, server.url]);
  holders.push(process_);
  await once(process_.stdout, 'data');
  return process_;
}

const change = () => inTransaction(control.db, (trx) => trx.selectFrom('settings').select('key').execute());

it('one transaction at a time, whatever the process, and that of a killed one ends with it', async () => {
  const other = await holder();
  let isDone = false;
  const waiting = change().finally(() => {
    isDone = true;
  });
  await sleep(500);
  expect(isDone).toBe(false);
  other.kill('SIGKILL');
  expect(await waiting).toEqual([]);
});

it('that of a process that hangs ends before those who wait give up', async () => {
  const other = await holder();
  other.kill('SIGSTOP');
  expect(await change()).toEqual([]);
});

it('reads go on while every change waits, with two connections', async () => {
  await inTransaction(control.db, async () => {
    const waiting = Array.from({ length: 20 }, change);
    for (let index = 0; index < 5; index += 1) {
      expect(await control.db.selectFrom('counters').selectAll().execute()).not.toEqual([]);
    }
    return { waiting };
  }).then(({ waiting }) => Promise.all(waiting));
});

it('single statements wait for nobody', async () => {
  await holder();
  await control.db.insertInto('settings').values({ key: 'beside', value: '1' }).execute();
  expect(await control.db.selectFrom('settings').select('key').execute()).toEqual([{ key: 'beside' }]);
});

it('who looks for work and finds none waits for nobody', async () => {
  const claim = { owner: 'idle', now: new Date(), leaseMs: 1000, kinds: ['work'] };
  await inTransaction(control.db, async () => {
    expect(await claimJob(control.db, claim)).toBeUndefined();
  });
});

it('what failed inside a transaction is not passed off as done', async () => {
  const swallowed = inTransaction(control.db, async (trx) => {
    await trx.insertInto('settings').values({ key: 'a', value: '1' }).execute();
    await sql`select * from nowhere`.execute(trx).catch(() => undefined);
  });
  await expect(swallowed).rejects.toThrow('went on after a statement in it had failed');
  expect(await change()).toEqual([]);
});

it('databases do not wait for one another', async () => {
  await server.query('create database other');
  const other = await openControl({ url: server.urlOf('other') });
  try {
    await holder();
    await inTransaction(other.db, (trx) => trx.insertInto('settings').values({ key: 'b', value: '1' }).execute());
  } finally {
    await other.close();
  }
});
