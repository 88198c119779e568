import type { RecordColumn } from './record.ts';

/** The beginning of an input, after unpacking. */
export interface Specimen {
  /** Path or name the input came with; folders in it may tell the record type. */
  readonly path: string;
  /** Up to 64 KiB of decompressed content, byte order mark removed. */
  readonly head: Buffer;
}

export interface Recognition {
  /** How sure, 1 to 100; the surest format wins. Content that proves itself is 90 and more, a file name alone 40. */
  readonly confidence: number;
  /** What the format wants its framer to know, such as the record type that a path names. */
  readonly variant?: string;
}

/** A record that could not even be framed. It is counted as received and rejected, and kept. */
export interface FramingFault {
  /** Lines from the start of the window to the record, from 0. */
  readonly line: number;
  readonly reason: string;
  readonly bytes: Buffer;
}

/**
 * With this many lines a frame is full: a window of nothing but line ends, or of one-byte records, costs no more time and memory
 * at once than any other. Lines of 128 bytes and more fill a window first.
 */
export const MAX_FRAME_LINES = 2 ** 18;

/** Whole records taken off the front of a window of input. */
export interface Frame {
  /** Bytes of the window that are done with: a record boundary. 0 asks for a longer window. */
  readonly consumed: number;
  /**
   * The records, one a line, `\n` at the end of each. A record that spans lines is joined to one line and followed by as
   * many empty lines, so that the number of a line here is its number in the source; lines to be left out (comments,
   * headers) are emptied, not removed. Empty lines are no records.
   */
  readonly lines: readonly Buffer[];
  /** Lines in `lines`, empty ones included. */
  readonly lineCount: number;
  /** Non-empty lines in `lines`. */
  readonly records: number;
  /** Which mapping reads these records; a key of `Format.variants`. */
  readonly variant: string;
  /** What the mapping needs beside the text, the same for all records of a frame: column `context`. */
  readonly context: string;
  readonly faults: readonly FramingFault[];
}

/**
 * Cuts the decompressed bytes of one input into records, in order. Keeps state between windows (a header, being inside an
 * array). Must give the same frames for the same windows, must not look at what a record means, and must give every record of an
 * input that is several files put together: what it cannot read becomes a record that the mapping refuses.
 */
export interface Framer {
  /**
   * @param window bytes from the last `consumed` on, at most a batch long (32 MB).
   * @param atEnd no bytes follow: the last record may lack its line end.
   */
  cut(window: Buffer, atEnd: boolean): Frame;
}

/**
 * How the engine turns one record into event columns: ClickHouse SQL, evaluated for every record of a batch. Available are
 * the columns `text String` (the record), `context String` (from the frame, same for the batch), `org UInt32`, and the names
 * defined in `with`. Columns left out get the default named in `record.ts`. Must never throw on any text: use the OrNull and
 * OrZero families.
 */
export interface RecordMapping {
  /** Items of a WITH clause, in order: `JSONExtract(text, 'Tuple(…)') AS r`. */
  readonly with?: readonly string[];
  readonly columns: Readonly<Partial<Record<RecordColumn, string>>>;
}

/** A log format: how to know it, how to cut it, what its records mean. One folder each under `formats/`. */
export interface Format {
  /** Name for `--format`, in ledgers and receipts: `umbrella-csv`. Never changes. */
  readonly name: string;
  readonly title: string;
  /** Undefined where the input is none of this format's. */
  recognise(specimen: Specimen): Recognition | undefined;
  /**
   * @param variant from `recognise`, or what the user wrote after a slash in `--format umbrella-csv/dnslogs`.
   * @throws AppError `bad_request` that lists the variants when one is needed and none was found.
   */
  createFramer(input: Specimen & { readonly variant?: string }): Framer;
  readonly variants: Readonly<Record<string, RecordMapping>>;
}
