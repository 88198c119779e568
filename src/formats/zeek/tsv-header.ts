import type { CellType } from './containers.ts';

/** What the header lines of a TSV log say so far. A new block replaces what it names. */
export interface TsvHeader {
  path: string;
  separator: string;
  setSeparator: string;
  unset: string;
  empty: string;
  fields: readonly string[];
  types: readonly string[];
}

export function newHeader(path: string): TsvHeader {
  return { path, separator: '\t', setSeparator: ',', unset: '-', empty: '(empty)', fields: [], types: [] };
}

const DIRECTIVE = /^#(separator|set_separator|empty_field|unset_field|path|fields|types)(?![a-z_])/;

/** Whether a line changes how the lines below it are read; `#open`, `#close` and other comments do not. */
export function isDirective(line: string): boolean {
  return DIRECTIVE.test(line);
}

/** Takes in one header line (log-formats.md, 3.1). */
export function readDirective(header: TsvHeader, line: string): void {
  const name = DIRECTIVE.exec(line)?.[1];
  if (name === undefined) return;
  // The separator is not known before this line, so it alone follows a space.
  if (name === 'separator') {
    header.separator = unescaped(line.slice('#separator'.length).trim()) || '\t';
    return;
  }
  const [, ...values] = line.split(header.separator);
  const [value = ''] = values;
  if (name === 'set_separator') header.setSeparator = unescaped(value) || ',';
  else if (name === 'empty_field') header.empty = value;
  else if (name === 'unset_field') header.unset = value;
  else if (name === 'path') header.path = value;
  else header[name as 'fields' | 'types'] = values;
}

/** The frame context that the mapping reads; one item a line (containers.ts). Usual separators are left out. */
export function headerContext(header: TsvHeader): string {
  const types = header.fields.map((_, index) => cellType(header.types[index] ?? 'string'));
  return [
    header.path,
    header.separator === '\t' ? '' : header.separator,
    header.setSeparator === ',' ? '' : header.setSeparator,
    header.unset,
    header.empty,
    header.fields.join('\t'),
    types.join('\t'),
  ].join('\n');
}

function cellType(type: string): CellType {
  if (type === 'bool') return 'bool';
  const element = /^(?:set|vector|table)\[(.*)\]$/.exec(type)?.[1];
  if (element === undefined) return '';
  return /^(?:count|int|double|interval|time|port)$/.test(element) ? 'numbers' : 'texts';
}

function unescaped(value: string): string {
  return value.replaceAll(/\\x([0-9a-fA-F]{2})/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
}
