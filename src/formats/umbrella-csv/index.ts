import { badInput } from '../../model/errors.ts';
import type { Format, RecordMapping } from '../format.ts';
import { createCsvFramer } from '../framing/csv.ts';
import { headerOf } from './header.ts';
import { mappingOf } from './mapping.ts';
import { recogniseCsv, rowsOf } from './recognise.ts';
import { rowByNameSql, rowSql } from './split.ts';
import { TABLES, type Table, tableNamed } from './tables.ts';

/** Cisco Umbrella and Secure Access log export: CSV, one folder a record type (spec log-formats.md, section 1). */
export const umbrellaCsv: Format = {
  name: 'umbrella-csv',
  title: 'Cisco Umbrella log export (CSV)',
  recognise: recogniseCsv,
  createFramer(input) {
    const table = requireTable(input.variant ?? recogniseCsv(input)?.variant, 'umbrella-csv');
    const header = headerOf(table, rowsOf(input));
    if (header === undefined) return createCsvFramer({ variant: table.name, context: '' });
    return createCsvFramer({ variant: byName(table), context: JSON.stringify(header), header: true });
  },
  variants: Object.fromEntries(TABLES.flatMap(variantsOf)),
};

/**
 * The table that a variant names, in any spelling of the folder.
 * @throws AppError `bad_request` that lists the folders.
 */
export function requireTable(variant: string | undefined, format: string): Table {
  const table = variant === undefined ? undefined : tableNamed(variant.replace(/-by-name$/, ''));
  if (table !== undefined) return table;
  const names = TABLES.map(({ name }) => name).join(', ');
  throw badInput('format', variant, `say which record type it holds: ${format}/ and one of ${names}`);
}

function variantsOf(table: Table): [string, RecordMapping][] {
  return [
    [table.name, mappingOf(rowSql(table))],
    [byName(table), mappingOf(rowByNameSql(table))],
  ];
}

/** Variant for files with a header; a reader never names it, the header does. */
function byName(table: Table): string {
  return `${table.name}-by-name`;
}
