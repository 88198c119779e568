import { ClickHouseError } from '@clickhouse/client';
import { AppError } from '../model/errors.ts';
import type { RowBlock } from './engine.ts';

const QUOTE = 0x22;
const LINE_FEED = 0x0a;

/** An exception text is shorter. */
const TAIL_BYTES = 64 * 1024;

/**
 * Cuts the answer of a server at ends of rows; a quoted cell may hold line feeds. An exception that came after the status is
 * written at the end of the answer and thrown here.
 *
 * @param tag what the server marks such an exception with, which no row can know; releases before 25.11 do not
 */
export async function* csvBlocks(
  chunks: AsyncIterable<Uint8Array>,
  tag: string | undefined,
): AsyncGenerator<RowBlock, void, undefined> {
  let begun: Uint8Array = new Uint8Array();
  let tail = Buffer.alloc(0);
  let quoted = false;
  for await (const chunk of chunks) {
    tail = Buffer.concat([tail.subarray(-TAIL_BYTES), chunk]);
    const cut = cutRows(chunk, quoted);
    quoted = cut.quoted;
    if (cut.rows > 0) yield { rows: cut.rows, bytes: Buffer.concat([begun, chunk.subarray(0, cut.end)]) };
    begun = cut.rows > 0 ? chunk.subarray(cut.end) : Buffer.concat([begun, chunk]);
  }
  const exception = exceptionAtEnd(tail.toString(), tag);
  if (exception !== undefined) throw exception;
  if (begun.length > 0)
    throw new AppError('unavailable', { public: 'an answer of the ClickHouse server was cut short' });
}

interface Cut {
  readonly rows: number;
  /** After the last row that ends in the chunk. */
  readonly end: number;
  /** Whether the chunk ends within quotes. A doubled quote leaves them and enters them again. */
  readonly quoted: boolean;
}

function cutRows(chunk: Uint8Array, quotedBefore: boolean): Cut {
  let quoted = quotedBefore;
  let rows = 0;
  let end = 0;
  for (let index = 0; index < chunk.length; index += 1) {
    const byte = chunk[index];
    if (byte === QUOTE) quoted = !quoted;
    else if (byte === LINE_FEED && !quoted) {
      rows += 1;
      end = index + 1;
    }
  }
  return { rows, end, quoted };
}

/** Before 25.11 the text stands there without a mark; a row that holds such a text ends with a quote. */
const UNMARKED = /(Code: \d+\. DB::Exception: [\s\S]*\(version [^\n]*\))\s*$/;

function exceptionAtEnd(tail: string, tag: string | undefined): ClickHouseError | undefined {
  const text = tag === undefined ? UNMARKED.exec(tail)?.[1] : markedException(tail, tag);
  if (text === undefined) return undefined;
  const [, code = '0', message = text] = /^Code: (\d+)\. DB::Exception: ([\s\S]*)$/.exec(text.trim()) ?? [];
  const type = /\(([A-Z][A-Z_]+)\)/.exec(message)?.[1];
  return new ClickHouseError({ message, code, ...(type !== undefined && { type }) });
}

/** `\r\n__exception__\r\n<tag>\r\n<text>\n<length> <tag>\r\n__exception__\r\n` */
function markedException(tail: string, tag: string): string | undefined {
  const end = `${tag}\r\n__exception__\r\n`;
  if (!tail.endsWith(end)) return undefined;
  const start = `__exception__\r\n${tag}\r\n`;
  const text = tail.slice(tail.lastIndexOf(start) + start.length, -end.length);
  return text.replace(/\n\d+ $/, '');
}
