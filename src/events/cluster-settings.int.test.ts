import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type ClickHouse, startClickHouse } from '../../test/clickhouse-server/server.ts';
import { openEventStore } from './client.ts';
import { layoutOf } from './cluster.ts';

let folder: string;
let server: ClickHouse;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'belfry-cluster-settings-'));
  server = await startClickHouse({ path: join(folder, 'events') });
});

afterAll(async () => {
  await server.close();
  await rm(folder, { recursive: true, force: true });
});

test('every request to a server of a cluster says what it takes to be right there', async () => {
  const store = await openEventStore({ url: server.url, cluster: 'main' });
  try {
    const [row] = await store.query(
      `SELECT getSetting('distributed_product_mode') AS subqueries, getSetting('load_balancing') AS replicas,
        getSetting('insert_quorum') AS quorum, getSetting('distributed_foreground_insert') AS waits`,
    );
    expect(row).toEqual({ subqueries: 'global', replicas: 'in_order', quorum: 'auto', waits: true });
    expect(await layoutOf(store)).toEqual({ cluster: 'main', database: 'default', shardDatabase: 'default_shard' });
  } finally {
    await store.close();
  }
});

test('a server alone is asked as it is, and a statement for it stays one', async () => {
  const store = await openEventStore({ url: server.url });
  try {
    expect(await store.query("SELECT getSetting('load_balancing') AS replicas")).toEqual([{ replicas: 'random' }]);
    expect(await layoutOf(store)).toBeUndefined();
  } finally {
    await store.close();
  }
});
