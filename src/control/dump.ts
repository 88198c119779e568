import { sql } from 'kysely';
import type { Db } from './transaction.ts';

/** A row as it is stored: columns by their SQL names. */
export type DumpedRow = Readonly<Record<string, string | number | null>>;

export interface DumpedTable {
  /** Its SQL name. */
  readonly name: string;
  /** Columns that tell its rows apart. */
  readonly key: readonly string[];
}

const table = (name: string, ...key: string[]): DumpedTable => ({ name, key: key.length === 0 ? ['id'] : key });

/** What the control plane holds that another installation needs, each table after those that it refers to. */
export const DUMPED_TABLES: readonly DumpedTable[] = [
  table('organizations'),
  table('organization_settings', 'organization_id', 'name'),
  table('organization_assets', 'organization_id', 'type', 'id'),
  table('users'),
  table('organization_members', 'organization_id', 'user_id'),
  table('api_clients'),
  table('tokens'),
  table('imports'),
  table('batches', 'seq'),
  table('jobs'),
  table('schedules', 'name'),
  table('audit_entries', 'seq'),
  table('audit_head'),
  table('settings', 'key'),
  table('counters', 'name'),
  table('security_reports'),
  table('rules'),
  table('detection_state', 'name'),
  table('alarms', 'id', 'from_change'),
  table('alarm_details', 'alarm_id'),
  table('alarm_matches', 'alarm_id', 'batch_seq'),
  table('labels'),
  table('alarm_notes'),
  table('suppression_rules'),
  table('peers'),
  table('tasks'),
  table('reports'),
  table('installation_key'),
  table('compliance_configurations'),
  table('compliance_runs'),
  table('alerts'),
  table('consolidated_alerts'),
];

/** What is of no use elsewhere: the schema's own books, and what only holds while processes run. */
export const UNDUMPED_TABLES: readonly string[] = ['migrations', 'processes', 'leases'];

const ROWS_AT_ONCE = 2_000;

/** All rows of a table in the order of its key, some at a time. */
export async function* dumpTable(db: Db, { name, key }: DumpedTable): AsyncGenerator<readonly DumpedRow[]> {
  const order = sql.join(key.map((column) => sql.ref(column)));
  let after = sql``;
  for (;;) {
    const statement = sql<DumpedRow>`select * from ${sql.table(name)} ${after} order by ${order} limit ${ROWS_AT_ONCE}`;
    const { rows } = await statement.execute(db.withoutPlugins());
    if (rows.length > 0) yield rows;
    const last = rows.at(-1);
    if (last === undefined || rows.length < ROWS_AT_ONCE) return;
    after = sql`where (${order}) > (${sql.join(key.map((column) => last[column]))})`;
  }
}

/** Values of one statement: SQLite takes 32,766. */
const VALUES_AT_ONCE = 30_000;

/** Writes rows that were dumped. They all have the same columns. */
export async function insertDumped(db: Db, name: string, rows: readonly DumpedRow[]): Promise<void> {
  const columns = Object.keys(rows[0] ?? {});
  const names = sql.join(columns.map((column) => sql.ref(column)));
  const most = Math.floor(VALUES_AT_ONCE / Math.max(1, columns.length));
  for (let from = 0; from < rows.length; from += most) {
    const values = rows.slice(from, from + most).map((row) => sql`(${sql.join(columns.map((column) => row[column]))})`);
    const statement = sql`insert into ${sql.table(name)} (${names}) values ${sql.join(values)}`;
    await statement.execute(db.withoutPlugins());
  }
}

/** Removes every row of the tables, those first that refer to others. */
export async function clearTables(db: Db, names: readonly string[]): Promise<void> {
  const ordered = DUMPED_TABLES.map(({ name }) => name).filter((name) => names.includes(name));
  for (const name of ordered.reverse()) await sql`delete from ${sql.table(name)}`.execute(db.withoutPlugins());
}

export async function countRows(db: Db, name: string): Promise<number> {
  const { rows } = await sql<{ count: number | string }>`select count(*) as count from ${sql.table(name)}`.execute(
    db.withoutPlugins(),
  );
  return Number(rows[0]?.count ?? 0);
}
