import type { EventStore } from './client.ts';
import { runSchemaStatement } from './cluster.ts';
import { LOAD_SETTINGS } from './load-batch.ts';
import { settingsClause } from './settings.ts';

// How rows of the event store leave it and come back. Rollups are not among them: they hang off `events`, and are made again as
// events are inserted.

export interface DumpedEventTable {
  readonly name: 'events' | 'rejects' | 'batch_counts' | 'labels' | 'backup_jobs';
  /**
   * `batches`: rows belong to a batch, and a batch that is closed changes no more. `copied`: rows merge with later ones at any time, so
   * they are read from a copy; being ahead of the horizon does no harm, as they merge the same way again.
   */
  readonly by: 'batches' | 'copied';
  /** What tells rows apart; rows of one key are one row once merged. Empty where none merge. */
  readonly key: string;
}

export const DUMPED_EVENT_TABLES: readonly DumpedEventTable[] = [
  { name: 'events', by: 'batches', key: '' },
  { name: 'rejects', by: 'batches', key: '' },
  { name: 'batch_counts', by: 'batches', key: 'org, seq' },
  { name: 'labels', by: 'copied', key: 'org, facet, key' },
  { name: 'backup_jobs', by: 'copied', key: 'org, placed, id' },
];

/** Which batches count: those up to a number but for some. */
export interface BatchBounds {
  readonly horizon: number;
  /** Few. */
  readonly except: readonly number[];
}

/** What an organization has in a table. */
export interface OrganizationDigest {
  readonly organization: number;
  readonly rows: number;
  /** Sum of a 64-bit hash of each row over all stored columns, decimal: the same in whatever order rows are stored. */
  readonly checksum: string;
}

/** Rows that go into one file: those of some batches, or one of so many parts of a copied table. */
export type ChunkRange =
  | { readonly fromSeq: number; readonly toSeq: number }
  | { readonly part: number; readonly of: number };

export interface Chunk {
  readonly table: DumpedEventTable['name'];
  readonly range: ChunkRange;
}

/**
 * A chunk is loaded as one block, so that loading it again stores it once (docs/decisions/0001-one-batch-one-block.md); this
 * bounds what it takes of memory. Rows with much text count for several.
 */
const ROWS_A_CHUNK = 250_000;
const TEXT_A_ROW = 1_024;

const copyOf = (name: string) => `dumped_${name}`;

/** Copies what changes at any time. To be called before anything else, and `dropCopies` afterwards. */
export async function makeCopies(store: EventStore): Promise<void> {
  await dropCopies(store);
  for (const { name, by } of DUMPED_EVENT_TABLES) {
    if (by !== 'copied') continue;
    const copy = copyOf(name);
    const columns = await columnNames(store, name);
    await runSchemaStatement(
      store,
      `CREATE TABLE IF NOT EXISTS ${copy} AS ${name} ENGINE = MergeTree ORDER BY tuple()`,
    );
    await store.command(`INSERT INTO ${copy} (${columns}) SELECT ${columns} FROM ${name} FINAL`);
  }
}

export async function dropCopies(store: EventStore): Promise<void> {
  for (const { name, by } of DUMPED_EVENT_TABLES)
    if (by === 'copied') await runSchemaStatement(store, `DROP TABLE IF EXISTS ${copyOf(name)}`);
}

/** The chunks that hold the rows of a table; each batch is in one. */
export function planChunks(store: EventStore, table: DumpedEventTable, bounds: BatchBounds): Promise<Chunk[]> {
  return table.by === 'batches' ? planByBatches(store, table, bounds) : planParts(store, table);
}

async function planByBatches(store: EventStore, { name }: DumpedEventTable, bounds: BatchBounds): Promise<Chunk[]> {
  const weight = name === 'batch_counts' ? 'count()' : `count() + intDiv(sum(length(raw)), ${TEXT_A_ROW})`;
  const ranges = await store.query<{ fromSeq: number; toSeq: number }>(
    `SELECT min(seq) AS fromSeq, max(seq) AS toSeq FROM (
      SELECT seq, intDiv(sum(weight) OVER (ORDER BY seq) - 1, ${ROWS_A_CHUNK}) AS chunk
      FROM (SELECT seq, ${weight} AS weight FROM ${name} WHERE ${withinBounds(bounds)} GROUP BY seq))
     GROUP BY chunk ORDER BY chunk`,
    {},
    BULK,
  );
  return ranges.map((range) => ({ table: name, range }));
}

async function planParts(store: EventStore, { name }: DumpedEventTable): Promise<Chunk[]> {
  const [found] = await store.query<{ rows: number }>(`SELECT count() AS rows FROM ${copyOf(name)}`, {}, BULK);
  const of = Math.ceil((found?.rows ?? 0) / ROWS_A_CHUNK);
  return Array.from({ length: of }, (_, part) => ({ table: name, range: { part, of } }));
}

/**
 * Writes the rows of a chunk to a new file.
 *
 * @throws AppError `unavailable` when the disk does not take all of it
 */
export async function exportChunk(
  store: EventStore,
  { table: name, range }: Chunk,
  { bounds, path, signal }: { readonly bounds: BatchBounds; readonly path: string; readonly signal?: AbortSignal },
): Promise<{ readonly rows: number }> {
  const table = tableOf(name);
  const sql = `SELECT ${await columnNames(store, name)} FROM ${sourceOf(table)} WHERE ${rangeCondition(table, range, bounds)}`;
  return store.exportRows(sql, {}, path, signal === undefined ? {} : { signal });
}

function rangeCondition({ key }: DumpedEventTable, range: ChunkRange, bounds: BatchBounds): string {
  if ('part' in range) return `cityHash64(${key}) % ${range.of} = ${range.part}`;
  return `seq BETWEEN ${range.fromSeq} AND ${range.toSeq} AND ${withinBounds(bounds)}`;
}

function withinBounds({ horizon, except }: BatchBounds): string {
  return `seq <= ${horizon}${except.length === 0 ? '' : ` AND seq NOT IN (${except.join(', ')})`}`;
}

/** What is there to be dumped, once `makeCopies` was called. */
export function digestForDump(store: EventStore, name: DumpedEventTable['name'], bounds: BatchBounds) {
  const table = tableOf(name);
  return digest(store, name, table.by === 'copied' ? copyOf(name) : `${sourceOf(table)} WHERE ${withinBounds(bounds)}`);
}

/** What is stored, once merged. */
export function digestOfTable(store: EventStore, name: DumpedEventTable['name']) {
  return digest(store, name, `${name}${tableOf(name).key === '' ? '' : ' FINAL'}`);
}

async function digest(
  store: EventStore,
  name: DumpedEventTable['name'],
  source: string,
): Promise<readonly OrganizationDigest[]> {
  const hashed = (await storedColumns(store, name)).map(hashedColumn).join(', ');
  return store.query<OrganizationDigest>(
    `SELECT org AS organization, count() AS rows, toString(sum(cityHash64(${hashed}))) AS checksum
     FROM ${source} GROUP BY org ORDER BY org`,
    {},
    BULK,
  );
}

/** The hash of anything with a NULL would be NULL; and sets have no order. */
function hashedColumn({ name, type }: StoredColumn): string {
  if (type.includes('groupUniqArray')) return `arraySort(${name})`;
  if (/^Nullable\(U?Int/.test(type)) return `isNull(${name}), ifNull(${name}, 0)`;
  return type.includes('Nullable(') ? `ifNull(toString(${name}), '')` : name;
}

/**
 * Stores the rows of a file that `exportChunk` wrote. The same file under the same token is stored once, however often it is
 * loaded; rollups follow.
 */
export async function loadChunk(
  store: EventStore,
  { table, path, token }: { readonly table: DumpedEventTable['name']; readonly path: string; readonly token: string },
): Promise<void> {
  const columns = await storedColumns(store, table);
  const names = columns.map(({ name }) => name).join(', ');
  await store.load({
    insert: `INSERT INTO ${table} (${names}) ${settingsClause({ ...ONE_BLOCK, insert_deduplication_token: token })}`,
    select: (source) => `SELECT ${names} FROM ${source}`,
    file: { path, format: 'Native', structure: columns.map(({ name, type }) => `${name} ${type}`).join(', ') },
  });
}

/** As batches are loaded: events/load-batch.ts. */
const ONE_BLOCK = {
  ...LOAD_SETTINGS,
  deduplicate_insert_select: 'enable_even_for_bad_queries',
  deduplicate_blocks_in_dependent_materialized_views: 1,
};

interface StoredColumn {
  readonly name: string;
  readonly type: string;
}

async function columnNames(store: EventStore, table: string): Promise<string> {
  return (await storedColumns(store, table)).map(({ name }) => name).join(', ');
}

function storedColumns(store: EventStore, table: string): Promise<StoredColumn[]> {
  return store.query<StoredColumn>(
    `SELECT name, type FROM system.columns WHERE database = currentDatabase() AND table = {table:String}
      AND default_kind NOT IN ('ALIAS', 'EPHEMERAL', 'MATERIALIZED') ORDER BY position`,
    { table },
  );
}

function tableOf(name: DumpedEventTable['name']): DumpedEventTable {
  const table = DUMPED_EVENT_TABLES.find((known) => known.name === name);
  if (table === undefined) throw new Error(`table ${name} is not dumped`);
  return table;
}

function sourceOf({ name, by, key }: DumpedEventTable): string {
  if (by === 'copied') return copyOf(name);
  return key === '' ? name : `${name} FINAL`;
}

const BULK = { priority: 'bulk', settings: { max_execution_time: 3600 } } as const;
