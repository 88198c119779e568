import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { FORMATS } from '../formats/registry.ts';
import { landingMappings } from '../ingest/mappings.ts';
import { type EventStore, openEventStore } from './client.ts';
import { clusterDatabases, clusterStatements } from './cluster-statements.ts';
import { landingStatements } from './landing.ts';
import { readMigrations } from './migrate.ts';

const LAYOUT = { cluster: 'main', database: 'belfry', shardDatabase: 'belfry_shard' };

describe('a statement for one server becomes, on a cluster', () => {
  test('for a table: a replicated one in each shard, and one before them all', () => {
    const table = `-- Why it is.
-- And more.
CREATE TABLE IF NOT EXISTS sums (org UInt32, n UInt64)
ENGINE = SummingMergeTree((n))
ORDER BY org
SETTINGS non_replicated_deduplication_window = 10000, fsync_after_insert = 1`;
    expect(clusterStatements(table, LAYOUT)).toEqual([
      `CREATE TABLE IF NOT EXISTS belfry_shard.sums ON CLUSTER 'main' (org UInt32, n UInt64)
ENGINE = ReplicatedSummingMergeTree('/clickhouse/tables/{shard}/belfry_shard/sums', '{replica}', (n))
ORDER BY org
SETTINGS replicated_deduplication_window = 10000, replicated_deduplication_window_seconds = 2592000, fsync_after_insert = 1`,
      `CREATE TABLE IF NOT EXISTS belfry.sums ON CLUSTER 'main' AS belfry_shard.sums
ENGINE = Distributed('main', 'belfry_shard', 'sums', org)`,
    ]);
  });

  test('for a table that keeps nothing: the same in each shard', () => {
    expect(clusterStatements('CREATE TABLE IF NOT EXISTS mapped_0 AS events ENGINE = Null', LAYOUT)).toEqual([
      "CREATE TABLE IF NOT EXISTS belfry_shard.mapped_0 ON CLUSTER 'main' AS belfry_shard.events ENGINE = Null",
      `CREATE TABLE IF NOT EXISTS belfry.mapped_0 ON CLUSTER 'main' AS belfry_shard.mapped_0
ENGINE = Distributed('main', 'belfry_shard', 'mapped_0', org)`,
    ]);
  });

  test('for what is known of the store: one table that all nodes hold', () => {
    const books = 'CREATE TABLE IF NOT EXISTS schema_migrations\n    (name String) ENGINE = MergeTree ORDER BY name';
    expect(clusterStatements(books, LAYOUT)).toEqual([
      `CREATE TABLE IF NOT EXISTS belfry.schema_migrations ON CLUSTER 'main' (name String) ENGINE = ReplicatedMergeTree('/clickhouse/tables/belfry/schema_migrations', '{shard}-{replica}') ORDER BY name`,
    ]);
    const deletion = "ALTER TABLE schema_migrations DELETE WHERE name = 'x'";
    expect(clusterStatements(deletion, LAYOUT)).toEqual([
      "ALTER TABLE belfry.schema_migrations DELETE WHERE name = 'x'",
    ]);
  });

  test('for a view: one in each shard from there to there, with the same id wherever and whenever it is made', () => {
    const view = `CREATE MATERIALIZED VIEW IF NOT EXISTS v TO sums AS
SELECT org, trim(BOTH ' ' FROM text), ' FROM events' FROM (SELECT * FROM events ARRAY JOIN facets AS f)`;
    expect(clusterStatements(view, LAYOUT)).toEqual([
      `CREATE MATERIALIZED VIEW IF NOT EXISTS belfry_shard.v UUID '6993b192-31d7-44b5-a544-e119f9e85759' ON CLUSTER 'main'
TO belfry_shard.sums AS
SELECT org, trim(BOTH ' ' FROM text), ' FROM events' FROM (SELECT * FROM belfry_shard.events ARRAY JOIN facets AS f)`,
    ]);
  });

  test('for a change: the same in each shard, and a new table before them', () => {
    expect(clusterStatements('ALTER TABLE events ADD COLUMN IF NOT EXISTS a UInt8', LAYOUT)).toEqual([
      "ALTER TABLE belfry_shard.events ON CLUSTER 'main' ADD COLUMN IF NOT EXISTS a UInt8",
      `CREATE OR REPLACE TABLE belfry.events ON CLUSTER 'main' AS belfry_shard.events
ENGINE = Distributed('main', 'belfry_shard', 'events', org)`,
    ]);
  });

  test('for deleted rows: the same in each shard, by what is there', () => {
    const deletion = 'ALTER TABLE a DELETE WHERE x IN (SELECT x FROM b) SETTINGS mutations_sync = 1';
    const deleted =
      "ALTER TABLE belfry_shard.a ON CLUSTER 'main' DELETE WHERE x IN (SELECT x FROM belfry_shard.b) SETTINGS ";
    const settings = "distributed_ddl_output_mode = 'null_status_on_timeout', allow_nondeterministic_mutations = 1";
    expect(clusterStatements(deletion, LAYOUT)).toEqual([`${deleted}mutations_sync = 1, ${settings}`]);
    expect(clusterStatements(deletion.replace('mutations_sync = 1', '').replace(' SETTINGS ', ''), LAYOUT)).toEqual([
      `${deleted}${settings}`,
    ]);
  });

  test('for a table that goes: both gone, and their names free at once', () => {
    expect(clusterStatements('DROP TABLE IF EXISTS a', LAYOUT)).toEqual([
      "DROP TABLE IF EXISTS belfry.a ON CLUSTER 'main' SYNC",
      "DROP TABLE IF EXISTS belfry_shard.a ON CLUSTER 'main' SYNC",
    ]);
  });

  test.each([
    'INSERT INTO events SELECT 1',
    'TRUNCATE TABLE events',
    'CREATE TABLE events (org UInt32) ENGINE = Null',
    'CREATE MATERIALIZED VIEW IF NOT EXISTS v ENGINE = Null AS SELECT 1',
  ])('nothing, where it would run on one node alone: %s', (statement) => {
    expect(() => clusterStatements(statement, LAYOUT)).toThrow();
  });

  test('nothing, where a name could end the literal that it stands in', () => {
    expect(() => clusterStatements('DROP TABLE IF EXISTS a', { ...LAYOUT, cluster: "a' SYNC; --" })).toThrow(
      'unsafe name',
    );
  });
});

describe('what this release makes on a cluster', () => {
  let folder: string;
  let store: EventStore;
  let statements: string[];

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'belfry-cluster-statements-'));
    store = await openEventStore({ path: join(folder, 'events') });
    const migrations = await readMigrations();
    statements = [
      ...clusterDatabases(LAYOUT),
      ...[
        ...migrations.flatMap((migration) => migration.statements),
        ...landingStatements(landingMappings(FORMATS), '0a1b2c3d'),
      ].flatMap((statement) => clusterStatements(statement, LAYOUT)),
    ];
  });

  afterAll(async () => {
    await store.close();
    await rm(folder, { recursive: true, force: true });
  });

  /** As the engine writes what it read. */
  async function parsed(sql: string): Promise<string> {
    const [row] = await store.query<{ text: string }>('SELECT formatQuerySingleLine({sql:String}) AS text', { sql });
    return row?.text ?? '';
  }

  test('is understood by the engine, and meant for all nodes', async () => {
    expect(statements.length).toBeGreaterThan(100);
    for (const statement of statements) expect(await parsed(statement)).toMatch(/^\w+ .*? ON CLUSTER `?main`?\b/);
  });

  test('keeps rows in replicated tables alone, each with a path of its own in its shard', async () => {
    const tables = statements.filter((statement) => /^CREATE TABLE IF NOT EXISTS belfry_shard/.test(statement));
    const paths = new Set<string>();
    for (const table of tables) {
      const text = await parsed(table);
      if (/ ENGINE = `?Null`?$/.test(text)) continue;
      const [, path = ''] = text.match(/ ENGINE = Replicated\w*MergeTree\('([^']+)', '\{replica\}'/) ?? [];
      expect(path).toMatch(/^\/clickhouse\/tables\/\{shard\}\/belfry_shard\/\w+$/);
      expect(text).not.toContain('non_replicated_deduplication_window');
      expect(text).toContain(
        'replicated_deduplication_window = 10000, replicated_deduplication_window_seconds = 2592000',
      );
      paths.add(path);
    }
    expect(paths.size).toBe(7);
  });

  test('names the database of every table it reads or writes', async () => {
    for (const statement of statements) {
      const unnamed = (await parsed(statement)).match(
        / (?:FROM|TO|AS|TABLE|EXISTS) (?:events|parsed_|mapped_|landing_|facets_|labels)\w*/g,
      );
      expect(unnamed).toBeNull();
    }
  });
});
