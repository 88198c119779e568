import { EventStore, type StoreLimits } from '../src/events/client.ts';
import { CLUSTER_SETTINGS } from '../src/events/cluster-settings.ts';
import { openEmbeddedEngine } from '../src/events/embedded-engine.ts';
import type { Engine, EngineSession, Statement } from '../src/events/engine.ts';
import { Gate } from '../src/events/gate.ts';

/** Name of the cluster that stores of tests say they are on. */
export const TEST_CLUSTER = 'test_cluster';

/**
 * A store on a cluster of two shards, as far as one engine can be one: the two databases, and between them tables that read the
 * shard's database twice, each time the organizations of one shard. There is no Keeper, no replica and no other node: `ON CLUSTER`
 * is left out, and Replicated engines are plain ones.
 */
export async function openShardedEvents(path: string, limits: StoreLimits = {}): Promise<EventStore> {
  const engine = onTwoShards(openEmbeddedEngine(path, limits.sessions ?? 2));
  for (const session of engine.sessions) await session.command({ sql: SHARD_OF_ROWS, parameters: {}, settings: {} });
  return new EventStore({
    engine,
    gate: new Gate(engine.sessions, 60_000),
    limits: {
      max_execution_time: limits.queryTimeoutSeconds ?? 30,
      max_memory_usage: limits.queryMemoryBytes ?? 4 * 2 ** 30,
    },
    cluster: TEST_CLUSTER,
  });
}

const SHARD = 'default_shard';

/** The other node is this one, and is not to be looked for on the network. */
const SETTINGS = { ...CLUSTER_SETTINGS, prefer_localhost_replica: 1 };

/** What Distributed would look up on another node, the two shards read from one table. */
const TABLES = ['events', 'facets_hourly', 'facets_daily', 'labels', 'rejects', 'batch_counts', 'backup_jobs'];
const SHARD_OF_ROWS = `SET additional_table_filters = {${TABLES.map(
  (table) => `'${SHARD}.${table}': 'org % 2 = if(shardNum() = 0, org % 2, shardNum() - 1)'`,
).join(', ')}}`;

function onTwoShards(engine: Engine): Engine {
  return { sessions: engine.sessions.map(onTwoShardsOf), close: () => engine.close() };
}

function onTwoShardsOf(session: EngineSession): EngineSession {
  const local = (statement: Statement): Statement => ({
    ...statement,
    sql: onOneNode(statement.sql),
    settings: /^\s*SELECT\b/.test(statement.sql) ? { ...SETTINGS, ...statement.settings } : statement.settings,
  });
  return {
    query: (statement) => session.query(local(statement)),
    command: (statement) => session.command(local(statement)),
    stream: (statement, signal, take) => session.stream(local(statement), signal, take),
    load: (insert) => session.load(insert),
    exportRows: (statement, path, signal) => session.exportRows(local(statement), path, signal),
  };
}

function onOneNode(sql: string): string {
  return sql
    .replaceAll(` ON CLUSTER '${TEST_CLUSTER}'`, '')
    .replaceAll(/ENGINE = Replicated(\w+)\('[^']*', '[^']*'(?:, )?/g, 'ENGINE = $1(')
    .replaceAll(/, replicated_deduplication_window_seconds = \d+/g, '')
    .replaceAll(' replicated_deduplication_window =', ' non_replicated_deduplication_window =')
    .replaceAll(
      new RegExp(`AS ${SHARD}\\.\\w+\\s+ENGINE = Distributed\\('${TEST_CLUSTER}', '(\\w+)', '(\\w+)', org\\)`, 'g'),
      "AS remote('127.0.0.1,127.0.0.1', '$1', '$2', 'default', '', org)",
    )
    .replaceAll(`clusterAllReplicas('${TEST_CLUSTER}', `, "remote('127.0.0.1', ");
}
