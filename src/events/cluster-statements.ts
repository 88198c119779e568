import { createHash } from 'node:crypto';
import { CLUSTER_DELETE_SETTINGS } from './cluster-settings.ts';
import { settingsClause } from './settings.ts';

/**
 * The event plane on a cluster: `<shardDatabase>` on every node holds the tables and views of one server, replicated within
 * the shard; `<database>` holds a Distributed table of the same name for each table, which is what queries and inserts name.
 */
export interface ClusterLayout {
  /** As in the servers' `remote_servers`. */
  readonly cluster: string;
  readonly database: string;
  readonly shardDatabase: string;
}

/** A batch that is tried again after a long outage must still be known. The server forgets after an hour by default. */
const DEDUPLICATION_SECONDS = 30 * 24 * 3600;

/** Tables that every node holds whole, in `<database>` itself. */
const BOOKS = new Set(['schema_migrations', 'installation']);

export function clusterDatabases({ cluster, database, shardDatabase }: ClusterLayout): string[] {
  return [database, shardDatabase].map((name) => `CREATE DATABASE IF NOT EXISTS ${name} ON CLUSTER ${quoted(cluster)}`);
}

/**
 * What a statement for one server is on a cluster.
 *
 * @param statement `CREATE TABLE`, `CREATE MATERIALIZED VIEW`, each IF NOT EXISTS; `ALTER TABLE`; `DROP TABLE IF EXISTS`
 * @throws Error for any other: it would run on one node only
 */
export function clusterStatements(statement: string, layout: ClusterLayout): string[] {
  const sql = statement.replace(LEADING_COMMENTS, '');
  const [, verb = '', name = '', rest = ''] = sql.match(STATEMENT) ?? [];
  switch (verb) {
    case 'CREATE TABLE IF NOT EXISTS':
      return BOOKS.has(name) ? [createBook(name, rest, layout)] : createTable(name, rest, layout);
    case 'CREATE MATERIALIZED VIEW IF NOT EXISTS':
      return [createView(name, rest, layout)];
    case 'ALTER TABLE':
      // What one node does to a book, replication brings to all others.
      return BOOKS.has(name) ? [`${verb} ${layout.database}.${name} ${rest}`] : alterTable(name, rest, layout);
    case 'DROP TABLE IF EXISTS':
      return [layout.database, layout.shardDatabase].map((at) => `${verb} ${at}.${name} ${onCluster(layout)} SYNC`);
    default:
      throw new Error(`no form of this statement for a cluster: ${sql.slice(0, 80)}`);
  }
}

const LEADING_COMMENTS = /^(?:--.*\n\s*)+/;
const STATEMENT =
  /^(CREATE (?:TABLE|MATERIALIZED VIEW) IF NOT EXISTS|ALTER TABLE|DROP TABLE IF EXISTS) (\w+)\s*([\s\S]*)$/;

function createTable(name: string, rest: string, layout: ClusterLayout): string[] {
  const { shardDatabase } = layout;
  const copied = rest.replace(/^AS (\w+)/, `AS ${shardDatabase}.$1`);
  const path = `/clickhouse/tables/{shard}/${shardDatabase}/${name}`;
  return [
    `CREATE TABLE IF NOT EXISTS ${shardDatabase}.${name} ${onCluster(layout)} ${replicated(copied, path, '{replica}')}`,
    face('CREATE TABLE IF NOT EXISTS', name, layout),
  ];
}

/** One path for all shards, so the name of a replica must hold its shard's. */
function createBook(name: string, rest: string, layout: ClusterLayout): string {
  const path = `/clickhouse/tables/${layout.database}/${name}`;
  const table = `${layout.database}.${name} ${onCluster(layout)}`;
  return `CREATE TABLE IF NOT EXISTS ${table} ${replicated(rest, path, '{shard}-{replica}')}`;
}

/**
 * The id of a view is part of the tokens of what passes it, and a batch may be tried again through another replica: one that
 * joined later must have the same ids.
 */
function createView(name: string, rest: string, layout: ClusterLayout): string {
  const [, target = '', select = ''] = rest.match(/^TO (\w+) AS\s([\s\S]*)$/) ?? [];
  if (target === '') throw new Error(`view ${name} does not begin with TO <table> AS`);
  const { shardDatabase } = layout;
  return `CREATE MATERIALIZED VIEW IF NOT EXISTS ${shardDatabase}.${name} UUID '${uuidOf(`${shardDatabase}.${name}`)}' ${onCluster(layout)}
TO ${shardDatabase}.${target} AS
${onShard(select, layout)}`;
}

function alterTable(name: string, rest: string, layout: ClusterLayout): string[] {
  const altered = `ALTER TABLE ${layout.shardDatabase}.${name} ${onCluster(layout)} ${onShard(rest, layout)}`;
  if (/^DELETE\b/.test(rest)) {
    const more = settingsClause(CLUSTER_DELETE_SETTINGS);
    return [/\bSETTINGS\b/.test(rest) ? `${altered}, ${more.replace(/^SETTINGS /, '')}` : `${altered} ${more}`];
  }
  // A Distributed table does not follow the table behind it.
  return [altered, face('CREATE OR REPLACE TABLE', name, layout)];
}

function face(create: string, name: string, layout: ClusterLayout): string {
  const { cluster, database, shardDatabase } = layout;
  return `${create} ${database}.${name} ${onCluster(layout)} AS ${shardDatabase}.${name}
ENGINE = Distributed(${quoted(cluster)}, ${quoted(shardDatabase)}, ${quoted(name)}, org)`;
}

function replicated(definition: string, path: string, replica: string): string {
  return definition
    .replace(
      /\bENGINE = (\w*MergeTree)(?:\((.*)\))?/,
      (_, engine: string, more: string | undefined) =>
        `ENGINE = Replicated${engine}('${path}', '${replica}'${more === undefined ? '' : `, ${more}`})`,
    )
    .replace(
      /\bnon_replicated_deduplication_window = (\d+)/,
      `replicated_deduplication_window = $1, replicated_deduplication_window_seconds = ${DEDUPLICATION_SECONDS}`,
    );
}

/** Names of tables after FROM, in the shard's database. */
function onShard(sql: string, { shardDatabase }: ClusterLayout): string {
  return sql.replace(TABLE_PLACES, (text, table?: string) =>
    table === undefined ? text : `FROM ${shardDatabase}.${table}`,
  );
}

/** Tables after FROM; before them what looks alike: `TRIM(BOTH '"' FROM column)`, and whatever stands in a literal. */
const TABLE_PLACES =
  /\b(?:BOTH|LEADING|TRAILING)\s+'(?:[^'\\]|\\.)*'\s+FROM\b|'(?:[^'\\]|\\.)*'|\bFROM ([a-z]\w*)\b(?!\()/g;

function onCluster({ cluster }: ClusterLayout): string {
  return `ON CLUSTER ${quoted(cluster)}`;
}

/** Names come from the configuration, which allows letters, digits and `_.-` in them. */
function quoted(name: string): string {
  if (!/^[\w.-]+$/.test(name)) throw new Error(`unsafe name ${JSON.stringify(name)}`);
  return `'${name}'`;
}

function uuidOf(name: string): string {
  const hex = createHash('sha256').update(name).digest('hex');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-a${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}
