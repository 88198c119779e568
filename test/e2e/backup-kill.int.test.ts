import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Belfry, BelfryServer } from '../belfry-process.ts';
import { dnsLine } from '../dns-lines.ts';
import { openServedBelfry, type ServedBelfry, type ServerStores } from '../server-stores.ts';

let served: ServedBelfry;
let folder: string;
let stores: ServerStores;
let belfry: Belfry;
let server: BelfryServer;

beforeAll(async () => {
  served = await openServedBelfry({ BELFRY_LOG_LEVEL: 'fatal' });
  ({ folder, stores, belfry } = served);
  server = await belfry.serve();
  await belfry.json('org', 'create', 'acme', '--name', 'Acme');
  const input = dnsLine({ time: new Date(Date.now() - 3_600_000), domain: 'kept.example.' });
  await belfry.run(['import', 'acme', '-', '--format', 'umbrella-csv/dnslogs'], { input });
}, 120_000);

afterAll(async () => {
  await server?.stop('SIGKILL');
  await served?.close();
}, 30_000);

const partsOf = (backup: string) => readdir(backup).catch(() => []);

test('a backup whose process is killed is told to be none, and is in nobody’s way', { timeout: 120_000 }, async () => {
  const cut = join(folder, 'cut');
  const whole = join(folder, 'whole');
  await stores.clickhouse.plan(/FORMAT Native/, { kind: 'hang' });
  const command = belfry.run(['backup', cut]);
  while (!(await partsOf(join(cut, 'events'))).length) await sleep(50);
  await server.stop('SIGKILL');
  await stores.clickhouse.clear();
  expect(await command).toMatchObject({ code: 1, stderr: expect.stringMatching(/the request to \S+ failed: /) });
  expect(await belfry.run(['backup', 'verify', cut])).toMatchObject({
    code: 1,
    stderr: expect.stringContaining('it is no backup, or one that was not finished'),
  });

  // As if a minute had passed in which nobody said that he still writes it.
  await stores.postgres.query(
    "update jobs set lease_until = '2000-01-01T00:00:00.000Z' where state = 'running'",
    'belfry',
  );
  server = await belfry.serve();
  await untilNoneIsWritten();
  expect(await belfry.run(['backup', cut])).toMatchObject({ code: 1, stderr: expect.stringContaining('is not empty') });
  expect(await belfry.json('backup', whole)).toMatchObject({ files: expect.any(Number), missing: [] });
  expect(await belfry.run(['backup', 'verify', whole])).toMatchObject({ code: 0 });
});

async function untilNoneIsWritten(): Promise<void> {
  const unfinished = "select 1 from jobs where kind = 'write-backup' and state in ('queued', 'running')";
  while ((await stores.postgres.query(unfinished, 'belfry')).length > 0) await sleep(100);
}
