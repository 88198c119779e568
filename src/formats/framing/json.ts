import { type Framer, MAX_FRAME_LINES } from '../format.ts';
import { type ListNames, ListWrapper, type ScanEnd } from './json-lists.ts';
import { CLOSE_LIST, endOfObject, endOfOpenings, endOfSeparators, LF, OPEN } from './json-scan.ts';
import { LineWriter } from './line-writer.ts';
import { byteOrderMarkLength } from './lines.ts';

export interface JsonFramerOptions {
  readonly variant: string;
  readonly context: string;
  /** Lists whose items are the records; an object without any of them is a record itself. */
  readonly lists?: ListNames;
  /** The context of the records in a document, by its text; a frame ends where it changes. */
  readonly contextOf?: (document: Buffer) => string;
}

const FIRST_BYTE_OF_MARK = 0xef;
/** Lists that were not closed before the next document began; beyond that many the oldest are forgotten. */
const MAX_OPEN = 64;
/** A document longer than this is read without waiting for its end, which may be longer than a window. */
const MAX_WAIT_BYTES = 16 * 2 ** 20;
const WAIT = -1;
/** Things that are no record take time as well; ordinary records have fewer than two of them in between. */
const MAX_STEPS = 4 * MAX_FRAME_LINES;
/** No record begins in a frame behind so many bytes: they are looked at one by one, and nothing else runs meanwhile. */
const MAX_FRAME_BYTES = 8 * 2 ** 20;

/**
 * Frames JSON objects however they are laid out: one a line, pretty-printed, one after the other, as the items of an
 * array, or as the items of lists in objects that wrap them: `{"items": [{…}, {…}], …}`, one such document or many. An object on
 * several lines is joined to one, without line ends and indentation, and followed by empty lines, so that line numbers stay true;
 * where several objects share a line, numbers run ahead and are caught up with later.
 *
 * Anything else between objects, and an object that stops being JSON midway, becomes a record of its own up to where the
 * damage shows, for the mapping to refuse: damage costs one record, not the rest of the input.
 */
export function createJsonFramer(options: JsonFramerOptions): Framer {
  const reader = new JsonReader(options);
  return { cut: (window, atEnd) => reader.cut(window, atEnd) };
}

class JsonReader {
  readonly #options: JsonFramerOptions;
  /** Wrapping objects that have begun and not ended, the innermost last. */
  readonly #open: ListWrapper[] = [];
  #isInList = false;
  #context: string;
  /** Lines given out for objects that shared a line, not yet made up for by line ends of the source. */
  #linesAhead = 0;
  #atStart = true;

  constructor(options: JsonFramerOptions) {
    this.#options = options;
    this.#context = options.context;
  }

  cut(window: Buffer, atEnd: boolean): ReturnType<Framer['cut']> {
    const output = new LineWriter(window, this.#linesAhead);
    const start = this.#atStart ? byteOrderMarkLength(window) : 0;
    let at = start;
    const last = Math.min(window.length, start + MAX_FRAME_BYTES);
    for (let steps = 0; at < last && !output.isFull && steps < MAX_STEPS; steps += 1) {
      const next = this.#next(window, at, atEnd, output);
      if (next === WAIT) break;
      at = next;
    }
    // A byte order mark alone is nothing yet: it must still be there when the next window comes.
    const consumed = at === start && !atEnd ? 0 : at;
    if (consumed > 0) this.#atStart = false;
    this.#linesAhead = output.linesAhead;
    const { lineCount, records } = output;
    const { variant } = this.#options;
    return { consumed, lines: [output.bytes()], lineCount, records, variant, context: this.#context, faults: [] };
  }

  /** Takes one thing off the front. @returns where the next begins, or WAIT where the window ends too early. */
  #next(window: Buffer, at: number, atEnd: boolean, output: LineWriter): number {
    const wrapper = this.#open[this.#open.length - 1];
    if (wrapper !== undefined && !this.#isInList) return this.#readWrapper(wrapper, window, at, atEnd, output);
    const byte = window[at];
    if (byte === OPEN) return this.#object(window, at, atEnd, output);
    if (byte === LF) output.endLine();
    else if (byte === CLOSE_LIST && wrapper !== undefined) {
      wrapper.endList();
      this.#isInList = false;
    } else if (byte === FIRST_BYTE_OF_MARK && byteOrderMarkLength(window.subarray(at, at + 3)) > 0) return at + 3;
    else {
      const next = endOfSeparators(window, at, wrapper !== undefined);
      return next > at ? next : takeRecord(window, at, window.indexOf(LF, at), atEnd, output);
    }
    return at + 1;
  }

  #object(window: Buffer, at: number, atEnd: boolean, output: LineWriter): number {
    const openings = endOfOpenings(window, at);
    // Only the last of several braces in a row may open an object; the others are one piece of damage.
    if (openings - at > 1) return takeRecord(window, at, openings < window.length ? openings - 1 : -1, atEnd, output);
    if (this.#open.length === 0 && !this.#enterDocument(window, at, atEnd, output)) return WAIT;
    const wrapper = this.#options.lists && new ListWrapper(this.#options.lists);
    const found = wrapper?.scan(window, at);
    if (found?.outcome === 'more' && !atEnd) return WAIT;
    if (wrapper !== undefined && found?.outcome === 'list') {
      this.#open.push(wrapper);
      if (this.#open.length > MAX_OPEN) this.#open.shift();
      this.#isInList = true;
      output.passOver(at, found.at);
      return found.at;
    }
    return takeRecord(window, at, endOfObject(window, at), atEnd, output);
  }

  /** Whether the document may be part of this frame: its context is known, and that of the records before it. */
  #enterDocument(window: Buffer, at: number, atEnd: boolean, output: LineWriter): boolean {
    const { contextOf } = this.#options;
    if (contextOf === undefined) return true;
    const end = endOfObject(window, at);
    if (end === -1 && !atEnd && (output.records > 0 || window.length < MAX_WAIT_BYTES)) return false;
    const context = contextOf(window.subarray(at, end === -1 ? window.length : end));
    if (output.records > 0 && context !== this.#context) return false;
    this.#context = context;
    return true;
  }

  #readWrapper(wrapper: ListWrapper, window: Buffer, start: number, atEnd: boolean, output: LineWriter): number {
    const { outcome, at } = wrapper.scan(window, start);
    output.passOver(start, at);
    if (outcome === 'more') return this.#cutOff(window, start, at, atEnd, output);
    this.#isInList = outcome === 'list' || this.#open.length > 1;
    if (outcome !== 'list') this.#open.pop();
    return at;
  }

  /** What an input ends in midway is a record, to be refused. */
  #cutOff(window: Buffer, start: number, at: ScanEnd['at'], atEnd: boolean, output: LineWriter): number {
    if (!atEnd) return at === start ? WAIT : at;
    if (at < window.length) output.record(at, window.length);
    return window.length;
  }
}

function takeRecord(window: Buffer, at: number, found: number, atEnd: boolean, output: LineWriter): number {
  if (found === -1 && !atEnd) return WAIT;
  const end = found === -1 ? window.length : found;
  output.record(at, end);
  return end;
}
