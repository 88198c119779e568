import { spreadsheetText } from './spreadsheet-text.ts';

/** One row of CSV as RFC 4180 has it, its line end included. Several values of one cell are separated by blanks. */
export function csvRow(cells: readonly (string | number | boolean | readonly string[])[]): string {
  return `${cells.map(cellOf).join(',')}\r\n`;
}

function cellOf(cell: string | number | boolean | readonly string[]): string {
  if (typeof cell === 'number' || typeof cell === 'boolean') return String(cell);
  const text = spreadsheetText(typeof cell === 'string' ? cell : cell.join(' '));
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
