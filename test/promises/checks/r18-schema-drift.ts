import { umbrellaCsv } from '../../../src/formats/umbrella-csv/index.ts';
import { TABLES, type Table } from '../../../src/formats/umbrella-csv/tables.ts';
import { type FormatHarness, openFormatHarness } from '../../format-harness.ts';
import { atScale, type PromiseRun, type PublicPromise } from '../promise.ts';

/** Columns that a version of tomorrow adds behind those of today. */
const LATER = ['later_1', 'later_2', 'later_3', 'later_4', 'later_5'];
const ROWS = 3;

export const schemaDriftIsHarmless: PublicPromise = {
  id: 'R18',
  claim: 'New columns in a log never stop its import',
  figure:
    'every published version of the Umbrella logs and one invented later one: all rows stored, unknown columns kept',
  noShare: 'the tests of the format read rows of several lengths with every run',
  async check(run) {
    const harness = await openFormatHarness([umbrellaCsv]);
    try {
      const faults: string[] = [];
      let versions = 0;
      for (const table of TABLES) {
        for (const version of versionsOf(table, run)) {
          versions += 1;
          const fault = await faultOf(harness, table, version);
          if (fault !== undefined) faults.push(fault);
        }
      }
      const wrong = faults.length === 0 ? 'all rows stored' : `${faults.length} not, first ${faults[0]}`;
      return {
        kept: faults.length === 0,
        measured: `${versions} versions of ${TABLES.length} logs, with 5 later columns too: ${wrong}`,
      };
    } finally {
      await harness.close();
    }
  },
};

interface Version {
  readonly columns: readonly string[];
  readonly hasHeader: boolean;
}

/** Versions add columns at the end: every length from the oldest to the newest, and the one of tomorrow with a header and without. */
function versionsOf({ columns, least }: Table, run: PromiseRun): Version[] {
  const every = Array.from({ length: columns.length - least + 1 }, (_, more) => columns.slice(0, least + more));
  const lengths = atScale(run, { share: every.slice(0, 1), full: every });
  const later = [...columns, ...LATER];
  return [
    ...lengths.map((some) => ({ columns: some, hasHeader: false })),
    { columns: later, hasHeader: false },
    { columns: later, hasHeader: true },
  ];
}

async function faultOf(harness: FormatHarness, table: Table, version: Version): Promise<string | undefined> {
  const { columns, hasHeader } = version;
  const rows = Array.from({ length: ROWS }, (_, row) => columns.map((column) => cellOf(column, row)));
  const text = (hasHeader ? [columns, ...rows] : rows).map((cells) => `${cells.map((cell) => `"${cell}"`)}\n`).join('');
  const path = `${table.name}/2026-01-15/2026-01-15-10-00-0000.csv`;
  const { events, rejects } = await harness.read(umbrellaCsv, path, text);
  const about = `${table.name} of ${columns.length} columns`;
  if (events.length !== ROWS) return `${about}: ${events.length} of ${ROWS} rows, ${rejects[0]?.reason ?? 'no reject'}`;
  const isLater = columns.length > table.columns.length;
  const lost = isLater ? LATER.filter((column) => !JSON.stringify(events[0]?.extra).includes(`of ${column}`)) : [];
  return lost.length > 0 ? `${about}: ${lost} are lost` : undefined;
}

/** What a column may hold, where that matters; else its name. */
function cellOf(column: string, row: number): string {
  if (column === 'timestamp' || column.endsWith('_time')) return `2026-01-15 10:00:0${row}`;
  if (column.endsWith('_ip') || column.endsWith('_address')) return `10.0.0.${row + 1}`;
  if (/(port|_id|size|score|code|bytes|duration)$/.test(column)) return String(row + 1);
  return `of ${column}`;
}
