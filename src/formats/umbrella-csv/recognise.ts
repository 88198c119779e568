import type { Recognition, Specimen } from '../format.ts';
import { firstRows } from './first-rows.ts';
import { headerOf, knownShare } from './header.ts';
import { TABLES, type Table, tableOfPath } from './tables.ts';

const HEAD_BYTES = 65_536;
const ROWS = 20;
const TIMESTAMP = /^\d{4}-\d\d-\d\d[ T]\d\d:\d\d:\d\d/;
const ADDRESS = /^(?:\d{1,3}(?:\.\d{1,3}){3}|[\da-f:]*:[\da-f:.]*)$/i;
const DIGITS = /^\d+$/;

/** Rows of a specimen as far as they are known to be whole. */
export function rowsOf({ head }: Specimen): string[][] {
  return firstRows(head.toString('utf8').replace(/^\uFEFF/, ''), ROWS, head.length < HEAD_BYTES);
}

/** The folder in the path says what the columns are; without one, rows must show what only one table can. */
export function recogniseCsv(specimen: Specimen): Recognition | undefined {
  const { head } = specimen;
  if (head.length === 0 || looksLikeJson(head)) return undefined;
  const rows = rowsOf(specimen);
  const ofPath = tableOfPath(specimen.path);
  if (ofPath !== undefined) {
    if (headerOf(ofPath, rows) !== undefined || rows.some((row) => hasShape(ofPath, row))) {
      return { confidence: 95, variant: ofPath.name };
    }
    return head.includes(0) || !head.includes(',') ? undefined : { confidence: 40, variant: ofPath.name };
  }
  const table = tableOfHeader(rows) ?? tableOfContent(rows);
  return table && { confidence: 90, variant: table.name };
}

function looksLikeJson(head: Buffer): boolean {
  return /^\s*[[{]/.test(head.subarray(0, 100).toString('latin1'));
}

function hasShape(table: Table, row: readonly string[]): boolean {
  return row.length >= table.least && TIMESTAMP.test(row[table.columns.indexOf('timestamp')] ?? '');
}

/** The table that most of a header's names belong to, unless two tables are as near. */
function tableOfHeader(rows: readonly string[][]): Table | undefined {
  const shares = TABLES.filter((table) => headerOf(table, rows) !== undefined)
    .map((table) => ({ table, share: knownShare(table, rows[0] ?? []) }))
    .sort((a, b) => b.share - a.share);
  const [best, second] = shares;
  if (best === undefined || best.share < 0.7 || best.share === second?.share) return undefined;
  return (rows[0]?.length ?? 0) >= Math.min(best.table.least, 7) ? best.table : undefined;
}

/** The one table that every whole row can belong to. */
function tableOfContent(rows: readonly string[][]): Table | undefined {
  if (rows.length === 0) return undefined;
  const possible = TABLES.filter((table) => rows.every((row) => hasShape(table, row) && MARKS[table.name]?.(row)));
  return possible.length === 1 ? possible[0] : undefined;
}

/** What a row of each table shows by itself; tables left out are known by folder or header alone. */
const MARKS: Readonly<Record<string, (row: readonly string[]) => boolean>> = {
  dnslogs: (row) =>
    /^(?:Allowed|Blocked|Proxied)$/.test(row[5] ?? '') &&
    /^\d+ \(\S+\)$|^[A-Z\d]+$/.test(row[6] ?? '') &&
    row.length < 22,
  proxylogs: (row) =>
    /^[A-Z]+$/.test(row[6] ?? '') &&
    (row[7] ?? '').includes('.') &&
    row.slice(10, 14).every((size) => /^\d*$/.test(size)),
  firewalllogs: (row) => /^(?:IN|OUT)BOUND$/i.test(row[4] ?? '') && /^(?:ALLOW|BLOCK)(?:ED)?$/.test(row[13] ?? ''),
  intrusionlogs: (row) => DIGITS.test(row[3] ?? '') && DIGITS.test(row[4] ?? '') && SEVERITIES.test(row[7] ?? ''),
  iplogs: (row) =>
    row.length === 7 && ADDRESS.test(row[2] ?? '') && /^\d*$/.test(row[3] ?? '') && ADDRESS.test(row[4] ?? ''),
  auditlogs: (row) =>
    row.length === 9 && /^\d*$/.test(row[0] ?? '') && (ADDRESS.test(row[6] ?? '') || (row[2] ?? '').includes('@')),
  dlplogs: (row) => /^(?:Real Time|SaaS API)/i.test(row[1] ?? ''),
};

const SEVERITIES = /^(?:HIGH|MEDIUM|LOW|VERY LOW)$/i;
