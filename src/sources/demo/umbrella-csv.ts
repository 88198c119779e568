/** One row as the export writes it: every field in double quotes, quotes doubled (spec log-formats.md, 1.1). */
export function csvLine(fields: readonly (string | undefined)[]): string {
  let line = '';
  for (const field of fields) line += `${line === '' ? '' : ','}"${escaped(field ?? '')}"`;
  return line;
}

const escaped = (field: string) => (field.includes('"') ? field.replaceAll('"', '""') : field);

/** `YYYY-MM-DD hh:mm:ss`, UTC. */
export function umbrellaTime(time: number): string {
  return new Date(time).toISOString().slice(0, 19).replace('T', ' ');
}
