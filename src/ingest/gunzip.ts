import { crc32, createInflateRaw, type InflateRaw } from 'node:zlib';
import type { Damage } from './damage.ts';
import { PackedInput } from './packed-input.ts';

const DEFLATE = 8;
const HEADER_BYTES = 10;
const TRAILER_BYTES = 8;
/** Bits of the flags (RFC 1952, 2.3.1). */
const HEADER_CRC = 0x02;
const EXTRA = 0x04;
const NAME = 0x08;
const COMMENT = 0x10;
const RESERVED = 0xe0;
/** No header has a longer text. */
const MAX_TEXT = 65_536;
/** When the packed data are damaged, what was unpacked of the same piece is lost: a small one loses little. */
const PIECE_BYTES = 16 * 1024;

/** Whether the bytes begin a gzip member. */
export function isGzip(bytes: Buffer): boolean {
  return bytes[0] === 0x1f && bytes[1] === 0x8b;
}

/**
 * Unpacks the members of a gzip file one after the other. Headers and trailers are read here and not by zlib, which throws away
 * what it has just unpacked where a checksum is wrong or other bytes follow the last member. Zeros behind a member are padding.
 *
 * Damage within a member ends the output. After a wrong checksum or length, the next member is read.
 */
export async function* gunzip(source: AsyncIterable<Buffer>, report: (damage: Damage) => void): AsyncGenerator<Buffer> {
  const input = new PackedInput(source);
  let unpackedOffset = 0;
  const damaged = (reason: string) => report({ packedOffset: input.offset, unpackedOffset, reason });
  while (await hasMore(input)) {
    const header = await readHeader(input);
    if (header !== undefined) return damaged(header);
    const member = { bytes: 0, checksum: 0 };
    const inflater = new Inflater();
    while (!inflater.ended) {
      const piece = (await input.peek(1)).subarray(0, PIECE_BYTES);
      if (piece.length === 0) return damaged(ENDS_EARLY);
      const { consumed, output, failure } = await inflater.feed(piece);
      for (const chunk of output) {
        member.bytes += chunk.length;
        member.checksum = crc32(chunk, member.checksum);
        unpackedOffset += chunk.length;
        yield chunk;
      }
      if (failure !== undefined) return damaged(`the gzip data is damaged (${failure.message})`);
      input.take(consumed);
    }
    const trailer = (await input.peek(TRAILER_BYTES)).subarray(0, TRAILER_BYTES);
    if (trailer.length < TRAILER_BYTES) return damaged(`${ENDS_EARLY}: its checksum is missing`);
    const fault = faultOf(trailer, member);
    if (fault !== undefined) damaged(fault);
    input.take(TRAILER_BYTES);
  }
}

const ENDS_EARLY = 'the gzip data ends too early';

/** Passes over padding. */
async function hasMore(input: PackedInput): Promise<boolean> {
  for (let bytes = await input.peek(1); bytes.length > 0; bytes = await input.peek(1)) {
    const padding = bytes.findIndex((byte) => byte !== 0);
    if (padding === 0) return true;
    input.take(padding === -1 ? bytes.length : padding);
  }
  return false;
}

/** Takes a member's header off the input. @returns what is wrong with it */
async function readHeader(input: PackedInput): Promise<string | undefined> {
  const header = await input.peek(HEADER_BYTES);
  const [first, second, method, flags = 0] = header;
  if (first !== 0x1f || (header.length > 1 && second !== 0x8b)) {
    return input.offset === 0 ? 'the gzip data is damaged (no header)' : 'the gzip data is followed by other bytes';
  }
  if (header.length < HEADER_BYTES) return ENDS_EARLY;
  if (method !== DEFLATE) return `the gzip data is damaged (unknown compression method ${method})`;
  if ((flags & RESERVED) !== 0) return 'the gzip data is damaged (unknown header flags)';
  const size = await headerSize(input, flags);
  if (size === undefined || (await input.peek(size)).length < size) return `${ENDS_EARLY} or its header is damaged`;
  input.take(size);
  return undefined;
}

async function headerSize(input: PackedInput, flags: number): Promise<number | undefined> {
  let size = HEADER_BYTES;
  if ((flags & EXTRA) !== 0) {
    const bytes = await input.peek(size + 2);
    if (bytes.length < size + 2) return undefined;
    size += 2 + bytes.readUInt16LE(size);
  }
  for (const text of [NAME, COMMENT]) {
    if ((flags & text) === 0) continue;
    const end = await endOfText(input, size);
    if (end === undefined) return undefined;
    size = end;
  }
  return (flags & HEADER_CRC) === 0 ? size : size + 2;
}

async function endOfText(input: PackedInput, start: number): Promise<number | undefined> {
  for (let size = start + 256; ; size += 4096) {
    const bytes = await input.peek(size);
    const end = bytes.subarray(0, start + MAX_TEXT).indexOf(0, start);
    if (end !== -1) return end + 1;
    if (bytes.length < size || size > start + MAX_TEXT) return undefined;
  }
}

function faultOf(trailer: Buffer, { bytes, checksum }: { readonly bytes: number; readonly checksum: number }) {
  if (trailer.readUInt32LE(0) !== checksum) return 'the gzip data is damaged (its checksum is another)';
  if (trailer.readUInt32LE(4) !== bytes % 2 ** 32) return 'the gzip data is damaged (its length is another)';
  return undefined;
}

interface Fed {
  /** Bytes of the piece that belong to the member. */
  readonly consumed: number;
  readonly output: readonly Buffer[];
  readonly failure: Error | undefined;
}

/** The deflate data of one member. */
class Inflater {
  ended = false;
  readonly #stream: InflateRaw = createInflateRaw({ chunkSize: 256 * 1024 });
  readonly #output: Buffer[] = [];
  #failure: Error | undefined;

  constructor() {
    this.#stream.on('data', (chunk: Buffer) => this.#output.push(chunk));
    this.#stream.on('end', () => {
      this.ended = true;
    });
    this.#stream.on('error', (error) => {
      this.#failure = error;
    });
  }

  /** Feeds a piece and takes out all it gives before the next: an error discards what was unpacked and not yet read. */
  async feed(piece: Buffer): Promise<Fed> {
    const before = this.#stream.bytesWritten;
    await new Promise<void>((resolve) => {
      const done = () => {
        this.#stream.off('end', done).off('close', done);
        resolve();
      };
      // The stream does not call back for a piece in which its data ended.
      this.#stream.once('end', done).once('close', done);
      this.#stream.write(piece, done);
    });
    if (this.ended) this.#stream.destroy();
    return {
      consumed: this.#stream.bytesWritten - before,
      output: this.#output.splice(0),
      failure: this.#failure,
    };
  }
}
