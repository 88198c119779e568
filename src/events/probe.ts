import type { EventStore } from './client.ts';
import { layoutOf } from './cluster.ts';
import { mappedTable, parsedTable } from './derive.ts';
import { QUICK_ANALYSIS } from './load-batch.ts';
import type { Settings } from './settings.ts';

/** What a probe needs to know of the batch that its records are of. */
export interface ProbeOptions {
  /** The landing table that the batch goes through. */
  readonly landing: string;
  readonly generation: string;
  readonly context: string;
  readonly timezone: string;
  readonly settings: Settings;
}

/** Computes what loading a file of records would, and stores nothing. @throws what the engine fails with */
export type Probe = (spoolPath: string, records: number) => Promise<void>;

/**
 * Probes of the steps that a record passes on its way into the stored tables, in their order. They are made of the text that the
 * engine keeps of the views, so they are exact for landings of other releases too. Empty where the landing is gone.
 *
 * - The first computes the format's mapping: cheapest, and what fails nearly always.
 * - The second computes what every record gets, and converts it to the types of the stored columns.
 * - The third fails where the records do not give one row each.
 */
export async function loadProbes(store: EventStore, options: ProbeOptions): Promise<readonly Probe[]> {
  const { landing, generation } = options;
  const parsed = parsedTable(generation);
  const views = await selectsOf(store, [`${landing}_view`, `${parsed}_view`]);
  const columns = await columnsOf(store, mappedTable(generation));
  const [mapping, derivation] = [views.get(`${landing}_view`), views.get(`${parsed}_view`)];
  if (mapping === undefined || derivation === undefined || columns.length === 0) return [];
  const mapped = (source: string) => reading(mapping, landing, recordsSql(source));
  const derived = (source: string) => reading(derivation, parsed, mapped(source));
  const structure = columns.map(({ name, type }) => `${name} ${type}`).join(', ');
  const names = columns.map(({ name }) => name).join(', ');
  const probe = (structure: string, select: (source: string) => string) => probeOf(store, options, structure, select);
  return [
    probe('checked UInt64', (source) => `SELECT sum(ignore(*)) FROM (${mapped(source)})`),
    probe(structure, (source) => `SELECT ${names} FROM (${derived(source)})`),
    probe(
      'wrong UInt8',
      (source) =>
        `SELECT throwIf(count() != {records:UInt64}, 'the mapping does not make one row of each record') FROM (${derived(source)})`,
    ),
  ];
}

function probeOf(
  store: EventStore,
  { context, timezone, settings }: ProbeOptions,
  structure: string,
  select: (source: string) => string,
): Probe {
  return (path, records) =>
    store.load({
      insert: `INSERT INTO FUNCTION null('${structure.replaceAll(/[\\']/g, '\\$&')}')`,
      settings: { ...QUICK_ANALYSIS, ...settings, session_timezone: timezone },
      select,
      file: { path, format: 'LineAsString', structure: 'text String' },
      parameters: { context, records },
    });
}

/**
 * What a landing table gets, as far as a mapping may look at it: not where the record stands. The context is a column there, not a
 * constant: the engine refuses some expressions over constants that it computes over columns, place 0 of an array among them.
 */
function recordsSql(source: string): string {
  return `SELECT toUInt32(0) AS org, toUInt64(0) AS seq, toUInt32(0) AS row, toUInt64(0) AS line,
    materialize({context:String}) AS context,
    if(endsWith(text, '\\r'), substring(text, 1, length(text) - 1), text) AS text FROM ${source}`;
}

/** The text of a view with a subquery in the place of the table that it reads. */
function reading(view: string, table: string, subquery: string): string {
  return view.replaceAll(new RegExp(`(?:(?:\\w+|\`[^\`]+\`)\\.)?\`?\\b${table}\\b\`?`, 'g'), () => `(${subquery})`);
}

async function selectsOf(store: EventStore, names: readonly string[]): Promise<Map<string, string>> {
  const rows = await store.query<{ name: string; as_select: string }>(
    `SELECT name, as_select FROM system.tables WHERE database = ${await databaseOf(store)} AND name IN {names:Array(String)}`,
    { names },
    { priority: 'bulk' },
  );
  return new Map(rows.map(({ name, as_select }) => [name, as_select]));
}

function columnsOf(store: EventStore, table: string): Promise<{ name: string; type: string }[]> {
  return databaseOf(store).then((database) =>
    store.query(
      `SELECT name, type FROM system.columns WHERE database = ${database} AND table = {table:String}
        AND default_kind != 'ALIAS' ORDER BY position`,
      { table },
      { priority: 'bulk' },
    ),
  );
}

async function databaseOf(store: EventStore): Promise<string> {
  const layout = await layoutOf(store);
  return layout === undefined ? 'currentDatabase()' : `'${layout.shardDatabase}'`;
}
