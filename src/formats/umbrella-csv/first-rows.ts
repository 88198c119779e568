const QUOTE = '"';

/** The first rows of a CSV text, at most `limit`; the last one is left out where the text may have been cut in it. */
export function firstRows(text: string, limit: number, isWhole: boolean): string[][] {
  const rows: string[][] = [];
  let at = 0;
  while (at < text.length && rows.length < limit) {
    const end = endOfRow(text, at);
    if (end === text.length && !isWhole && text[end - 1] !== '\n') break;
    const line = text.slice(at, end).replace(/\r$/, '');
    if (line !== '') rows.push(fieldsOf(line));
    at = end + 1;
  }
  return rows;
}

function endOfRow(text: string, start: number): number {
  let quoted = false;
  for (let at = start; at < text.length; at += 1) {
    if (text[at] === QUOTE) quoted = !quoted;
    else if (text[at] === '\n' && !quoted) return at;
  }
  return text.length;
}

/** As the engine splits a row that holds more than plain quoted fields. */
function fieldsOf(line: string): string[] {
  const cells = `,${line}`.match(/,[ \t]*(?:"(?:[^"]|"")*"|[^,]*)/g) ?? [];
  return cells.map((cell) => {
    const value = cell.slice(1).trim();
    const isQuoted = value.length > 1 && value.startsWith(QUOTE) && value.endsWith(QUOTE);
    return isQuoted ? value.slice(1, -1).replaceAll('""', QUOTE) : value;
  });
}
