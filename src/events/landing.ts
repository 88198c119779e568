import { createHash } from 'node:crypto';
import type { EventStore } from './client.ts';
import { derivedObjects } from './derive.ts';
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

const LANDING_COLUMNS = 'org UInt32, seq UInt64, row UInt32, line UInt64, context String, text String';

/**
 * Makes the tables and views that records pass on their way in. They hold no rows, so they are not migrated but made anew
 * when their text, or the table `events` that one of them copies, differs from what was there: landing table → view with the
 * format's mapping → `parsed` → the stored tables.
 */
export async function prepareLanding(store: EventStore, mappings: readonly LandingMapping[]): Promise<void> {
  const objects = [...derivedObjects(mappings[0]?.columns ?? []), ...mappings.flatMap(landingObjects)];
  const wanted = createHash('sha256')
    .update(JSON.stringify([objects, await columnsOfEvents(store)]))
    .digest('hex');
  await store.command(
    'CREATE TABLE IF NOT EXISTS landing_state (hash String, at DateTime64(6) DEFAULT now64(6)) ENGINE = MergeTree ORDER BY at',
  );
  const [state] = await store.query<{ hash: string }>('SELECT hash FROM landing_state ORDER BY at DESC LIMIT 1');
  if (state?.hash === wanted) return;
  await store.command('TRUNCATE TABLE landing_state');
  const present = await store.query<{ name: string; engine: string }>(
    `SELECT name, engine FROM system.tables WHERE database = currentDatabase()
      AND (name LIKE 'landing\\_%' AND name != 'landing_state' OR name LIKE 'parsed%' OR name LIKE 'mapped%')
      ORDER BY engine = 'MaterializedView' DESC`,
  );
  for (const { name } of present) await store.command(`DROP TABLE IF EXISTS ${name}`);
  for (const statement of objects) await store.command(statement);
  await store.command('INSERT INTO landing_state (hash) VALUES ({hash:String})', { hash: wanted });
}

function columnsOfEvents(store: EventStore): Promise<unknown[]> {
  return store.query(
    `SELECT name, type, default_expression FROM system.columns
      WHERE database = currentDatabase() AND table = 'events' ORDER BY position`,
  );
}

export function landingTable(mapping: Pick<LandingMapping, 'name'>): string {
  return `landing_${mapping.name}`;
}

function landingObjects(mapping: LandingMapping): string[] {
  const table = landingTable(mapping);
  const columns = mapping.columns.map(({ name, type, expression }) => `CAST(${expression} AS ${type}) AS ${name}`);
  const named = layers(
    `SELECT org, seq, row, line, context, text FROM ${table} WHERE text != ''`,
    independent(mapping.with),
  );
  return [
    `CREATE TABLE ${table} (${LANDING_COLUMNS}) ENGINE = Null`,
    `CREATE MATERIALIZED VIEW ${table}_view TO parsed AS
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
