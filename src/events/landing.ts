import { createHash } from 'node:crypto';
import type { EventStore } from './client.ts';
import { layoutOf, runSchemaStatement } from './cluster.ts';
import { derivedObjects, parsedTable } from './derive.ts';
import { layers } from './layers.ts';

/** What one format variant says of its records: a WITH list and an expression for every record column. */
export interface LandingMapping {
  /** Name of format and variant, used in table names: `umbrella_csv_dnslogs`. */
  readonly name: string;
  readonly format: string;
  readonly with: readonly string[];
  /** Expression and ClickHouse type of every record column. */
  readonly columns: readonly { readonly name: string; readonly type: string; readonly expression: string }[];
}

/** The tables and views that records pass on their way in, as one release has them. */
export interface Landing {
  /** Eight hexadecimal digits: the beginning of the hash of their text. Part of all their names. */
  readonly generation: string;
  /** The table that takes the records of a format's variant, by the name of its mapping. */
  table(name: string): string;
}

const LANDING_COLUMNS = 'org UInt32, seq UInt64, row UInt32, line UInt64, context String, text String';

/**
 * Makes the tables and views that records pass on their way in: landing table → view with the format's mapping → `parsed` →
 * `mapped` → the stored tables. They hold no rows, so they are not migrated: where their text differs, or the table `events`
 * that one of them copies, they are others, of another generation, and those that are there stay as they are for whoever
 * uses them.
 *
 * Repeatable: it makes what is missing, whatever other processes make at the same time or left half made.
 *
 * @param known the generation, where this process has prepared one before: it goes on with that, whatever `events` has become
 */
export async function prepareLanding(
  store: EventStore,
  mappings: readonly LandingMapping[],
  known?: string,
): Promise<Landing> {
  const generation = known ?? (await landingGeneration(store, mappings));
  const statements = landingStatements(mappings, generation);
  const present = await presentTables(store);
  if (statements.some((statement) => !present.has(nameOf(statement)))) {
    for (const statement of statements) await runSchemaStatement(store, statement);
  }
  return landingOf(generation);
}

/** Which generation `prepareLanding` makes. */
async function landingGeneration(store: EventStore, mappings: readonly LandingMapping[]): Promise<string> {
  const text = JSON.stringify([landingStatements(mappings, '<generation>'), await columnsOfEvents(store)]);
  return createHash('sha256').update(text).digest('hex').slice(0, 8);
}

/** The landing of a generation, whichever release made it; undefined where it is gone. */
export async function findLanding(store: EventStore, generation: string): Promise<Landing | undefined> {
  const present = await presentTables(store);
  return present.has(parsedTable(generation)) ? landingOf(generation) : undefined;
}

/**
 * Drops the landings of other generations, and what releases left that knew none.
 *
 * @param keep generations that a process uses or that an open batch was begun with
 */
export async function dropOtherLandings(store: EventStore, keep: ReadonlySet<string>): Promise<void> {
  const present = [...(await presentTables(store))];
  const unused = present.filter((name) => !keep.has(name.match(GENERATION_OF_NAME)?.[1] ?? ''));
  for (const name of unused.sort((a, b) => dropRank(a) - dropRank(b))) {
    await runSchemaStatement(store, `DROP TABLE IF EXISTS ${name}`);
  }
}

/** `parsed` first: without it `findLanding` finds no landing, and an insert on its way fails instead of losing its rows. */
function dropRank(name: string): number {
  if (/^parsed(?!.*_view$)/.test(name)) return 0;
  return name.endsWith('_view') ? 1 : 2;
}

const GENERATION_OF_NAME = /^(?:landing|parsed|mapped)_([0-9a-f]{8})(?:_|$)/;

function landingOf(generation: string): Landing {
  return { generation, table: (name) => landingTable(generation, name) };
}

function landingTable(generation: string, name: string): string {
  return `landing_${generation}_${name}`;
}

/** In the order in which they can be made. */
export function landingStatements(mappings: readonly LandingMapping[], generation: string): string[] {
  return [
    ...derivedObjects(mappings[0]?.columns ?? [], generation),
    ...mappings.flatMap((mapping) => landingObjects(mapping, generation)),
  ];
}

function nameOf(statement: string): string {
  return statement.match(/^(?:CREATE (?:TABLE|MATERIALIZED VIEW) IF NOT EXISTS|ALTER TABLE) (\S+)/)?.[1] ?? '';
}

/** Names of the landing tables and views of all generations; on a cluster those that every node has that answers. */
async function presentTables(store: EventStore): Promise<ReadonlySet<string>> {
  const layout = await layoutOf(store);
  const where = "(name LIKE 'landing\\_%' OR name LIKE 'parsed%' OR name LIKE 'mapped%')";
  const everywhere = (table: string) => `clusterAllReplicas('${layout?.cluster}', ${table})`;
  const sql =
    layout === undefined
      ? `SELECT name FROM system.tables WHERE database = currentDatabase() AND ${where}`
      : `SELECT name FROM ${everywhere('system.tables')} WHERE database = '${layout.shardDatabase}' AND ${where}
          GROUP BY name HAVING count() = (SELECT count() FROM ${everywhere('system.one')})`;
  const rows = await store.query<{ name: string }>(sql, {}, { settings: { skip_unavailable_shards: 1 } });
  return new Set(rows.map(({ name }) => name));
}

function columnsOfEvents(store: EventStore): Promise<unknown[]> {
  return store.query(
    `SELECT name, type, default_expression FROM system.columns
      WHERE database = currentDatabase() AND table = 'events' ORDER BY position`,
  );
}

function landingObjects(mapping: LandingMapping, generation: string): string[] {
  const table = landingTable(generation, mapping.name);
  const columns = mapping.columns.map(({ name, type, expression }) => `CAST(${expression} AS ${type}) AS ${name}`);
  const named = layers(
    `SELECT org, seq, row, line, context, text FROM ${table} WHERE text != ''`,
    independent(mapping.with),
  );
  return [
    `CREATE TABLE IF NOT EXISTS ${table} (${LANDING_COLUMNS}) ENGINE = Null`,
    `CREATE MATERIALIZED VIEW IF NOT EXISTS ${table}_view TO ${parsedTable(generation)} AS
SELECT org, seq, row, line, '${mapping.format}' AS format, ${columns.join(',\n  ')}
FROM (${named})`,
  ];
}

/** The items in order, together as long as none uses a name that another of its layer defines. */
function independent(items: readonly string[]): string[][] {
  const grouped: string[][] = [];
  let defined = new Set<string>();
  for (const item of items) {
    const words = item.match(/\w+/g) ?? [];
    const last = grouped.at(-1);
    if (last === undefined || words.some((word) => defined.has(word))) {
      grouped.push([item]);
      defined = new Set();
    } else last.push(item);
    defined.add(words.at(-1) ?? '');
  }
  return grouped;
}
