/** What a command prints: JSON for programs or text for people. */
export interface Output {
  readonly json: boolean;
}

/** Prints the one result of a command to standard output. Everything else goes to standard error. */
export function printResult({ json }: Output, result: unknown, text: () => string): void {
  process.stdout.write(json ? `${JSON.stringify(result, null, 2)}\n` : `${text().trimEnd()}\n`);
}

/** A note for people, never part of the result. */
export function note(text: string): void {
  process.stderr.write(`${text}\n`);
}

export type Cell = string | number | boolean | null;

/** Columns under their headings, numbers to the right. */
export function table(headings: readonly string[], rows: readonly (readonly Cell[])[]): string {
  const texts = rows.map((row) => row.map((cell) => (cell === null ? '-' : String(cell))));
  const widths = headings.map((heading, column) =>
    Math.max(heading.length, ...texts.map((row) => row[column]?.length ?? 0)),
  );
  const isNumeric = headings.map((_, column) => rows.every((row) => typeof row[column] === 'number'));
  const line = (cells: readonly string[]) =>
    cells
      .map((cell, column) =>
        isNumeric[column] ? cell.padStart(widths[column] ?? 0) : cell.padEnd(widths[column] ?? 0),
      )
      .join('  ')
      .trimEnd();
  return [line(headings), ...texts.map(line)].join('\n');
}
