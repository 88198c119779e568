import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

export const CHECKSUMS = 'SHA256SUMS';

/** Writes the SHA-256 of every other file in a folder, in the form that `sha256sum -c` reads. */
export function writeChecksums(folder: string): void {
  const lines = filesIn(folder).map((name) => `${sha256(join(folder, name))}  ${name}\n`);
  writeFileSync(join(folder, CHECKSUMS), lines.join(''));
}

/** Files that are not what the checksums say, that are gone, or that the checksums do not name. */
export function checksumFaults(folder: string): string[] {
  const said = readFileSync(join(folder, CHECKSUMS), 'utf8').split('\n').filter(Boolean);
  const expected = new Map(said.map((line) => [line.slice(66), line.slice(0, 64)]));
  const present = filesIn(folder);
  return [
    ...[...expected.keys()].filter((name) => !present.includes(name)).map((name) => `${name} is missing`),
    ...present.filter((name) => !expected.has(name)).map((name) => `${name} is not in ${CHECKSUMS}`),
    ...present
      .filter((name) => expected.has(name) && expected.get(name) !== sha256(join(folder, name)))
      .map((name) => `${name} is not what ${CHECKSUMS} says`),
  ];
}

function filesIn(folder: string): string[] {
  return readdirSync(folder)
    .filter((name) => name !== CHECKSUMS)
    .sort();
}

function sha256(file: string): string {
  return createHash('sha256').update(readFileSync(file)).digest('hex');
}
