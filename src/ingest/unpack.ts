import { createGunzip, type Gunzip } from 'node:zlib';

/** Where and why unpacking stopped early. What came before is good. */
export interface Damage {
  /** Bytes of packed input that were read before. */
  readonly packedOffset: number;
  readonly reason: string;
}

export interface Unpacked {
  readonly chunks: AsyncIterable<Buffer>;
  /** Known once `chunks` has ended. */
  damage(): Damage | undefined;
}

/** Plain or gzip (by its magic bytes, several members in a row too) → plain bytes. Damage ends the bytes, it does not throw. */
export function unpack(source: AsyncIterable<Buffer>): Unpacked {
  const state: { damage?: Damage } = {};
  return { chunks: unpackChunks(source, state), damage: () => state.damage };
}

async function* unpackChunks(source: AsyncIterable<Buffer>, state: { damage?: Damage }): AsyncGenerator<Buffer> {
  const input = source[Symbol.asyncIterator]();
  const head = await readHead(input);
  if (head.length === 0) return;
  const all = prepend(head, input);
  if (head[0] === 0x1f && head[1] === 0x8b) yield* gunzip(all, state);
  else yield* all;
}

/** The first chunks until there are two bytes to look at. */
async function readHead(input: AsyncIterator<Buffer>): Promise<Buffer> {
  let head: Buffer = Buffer.alloc(0);
  while (head.length < 2) {
    const next = await input.next();
    if (next.done) return head;
    head = head.length === 0 ? next.value : Buffer.concat([head, next.value]);
  }
  return head;
}

async function* prepend(head: Buffer, rest: AsyncIterator<Buffer>): AsyncGenerator<Buffer> {
  yield head;
  for (let next = await rest.next(); !next.done; next = await rest.next()) yield next.value;
}

/**
 * Feeds one chunk at a time and takes out all it gives before the next, instead of piping: an error of a piped stream
 * discards what was unpacked but not yet read, which are good records.
 */
async function* gunzip(source: AsyncIterable<Buffer>, state: { damage?: Damage }): AsyncGenerator<Buffer> {
  const stream = createGunzip({ chunkSize: 256 * 1024 });
  const output: Buffer[] = [];
  let failure: Error | undefined;
  let packedOffset = 0;
  stream.on('data', (chunk: Buffer) => output.push(chunk));
  stream.on('error', (error) => {
    failure = error;
  });
  for await (const chunk of source) {
    await feed(stream, chunk);
    yield* output.splice(0);
    if (failure !== undefined) break;
    packedOffset += chunk.length;
  }
  if (failure === undefined) await finish(stream);
  yield* output.splice(0);
  if (failure !== undefined) state.damage = { packedOffset, reason: describe(failure) };
}

/** Resolves when the chunk has been worked off, or damage closed the stream. */
function feed(stream: Gunzip, chunk: Buffer): Promise<void> {
  return new Promise<void>((resolve) => {
    const done = () => {
      stream.off('close', done);
      resolve();
    };
    stream.once('close', done);
    stream.write(chunk, done);
  });
}

function finish(stream: Gunzip): Promise<void> {
  return new Promise<void>((resolve) => {
    stream.once('close', resolve);
    stream.end();
  });
}

function describe(error: Error & { code?: string }): string {
  return error.code === 'Z_BUF_ERROR' ? 'the gzip data ends too early' : `the gzip data is damaged (${error.message})`;
}
