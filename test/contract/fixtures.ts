import { readdirSync, readFileSync } from 'node:fs';
import type { TestRecord } from '../records-format.ts';

/** One request and the whole answer it gets once the folder's records are stored. */
export interface Fixture {
  readonly name: string;
  readonly request: {
    readonly method?: 'POST';
    readonly path: string;
    readonly headers?: Readonly<Record<string, string>>;
    readonly body?: unknown;
  };
  readonly status: number;
  readonly answer: unknown;
}

const RECORDS = 'records.json';

/** `records.json` of a fixture folder. */
export function readFixtureRecords(folder: URL): TestRecord[] {
  return JSON.parse(readFileSync(new URL(RECORDS, folder), 'utf8'));
}

/** Every other file of it, by name. */
export function readFixtures(folder: URL): Fixture[] {
  const files = readdirSync(folder).filter((file) => file.endsWith('.json') && file !== RECORDS);
  return files.sort().map((file) => ({
    name: file.replace(/\.json$/, ''),
    ...JSON.parse(readFileSync(new URL(file, folder), 'utf8')),
  }));
}
