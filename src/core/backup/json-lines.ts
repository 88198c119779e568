import { createReadStream } from 'node:fs';
import { createInterface } from 'node:readline';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGunzip, createGzip } from 'node:zlib';
import { type WholeFile, writeWholeFile } from '../../kit/whole-file.ts';

/** Writes one JSON document a line, gzipped: whole and on disk, or not there. */
export function writeJsonLines(path: string, pages: AsyncIterable<readonly object[]>): Promise<WholeFile> {
  return writeWholeFile(path, (append) =>
    pipeline(Readable.from(texts(pages)), createGzip(), async (pieces: AsyncIterable<Buffer>) => {
      for await (const piece of pieces) await append(piece);
    }),
  );
}

async function* texts(pages: AsyncIterable<readonly object[]>): AsyncGenerator<string> {
  for await (const page of pages) yield page.map((row) => `${JSON.stringify(row)}\n`).join('');
}

const LINES_AT_ONCE = 1_000;

/** What `writeJsonLines` wrote, some documents at a time. */
export async function* readJsonLines<Row>(path: string): AsyncGenerator<Row[]> {
  const source = createReadStream(path);
  const plain = createGunzip();
  source.on('error', (error) => plain.destroy(error));
  let rows: Row[] = [];
  for await (const line of createInterface({ input: source.pipe(plain), crlfDelay: Number.POSITIVE_INFINITY })) {
    rows.push(JSON.parse(line));
    if (rows.length < LINES_AT_ONCE) continue;
    yield rows;
    rows = [];
  }
  if (rows.length > 0) yield rows;
}
