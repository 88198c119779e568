import { type Framer, MAX_FRAME_LINES } from '../format.ts';
import { objectsOf } from '../framing/json-scan.ts';
import { byteOrderMarkLength } from '../framing/lines.ts';

const LF = 0x0a;
const CR = 0x0d;
const LINE_END = Buffer.from('\n');
/** Between the lines of a run where they are one record. */
const SEPARATOR = Buffer.from('\x1e');

const MESSAGE = /^\s*\{\s*"message_type"\s*:\s*"(\w+)"/;
const MIN_MESSAGE_BYTES = '{"message_type":""}'.length;
/** The type is the first member of a message. */
const TYPE_BYTES = 256;
const PROGRESS = ['status', 'verbose_status'];
const LAST = ['summary', 'exit_error'];

/**
 * Frames what runs of restic print, a record a run: its messages and, at the end, its summary; progress is left out. A run
 * ends with its summary or its exit error, or else with the input: that run failed, and keeps its last progress. So does a run of
 * more lines than a frame may have.
 */
export function createRunFramer(options: { readonly variant: string; readonly context: string }): Framer {
  let atStart = true;
  return {
    cut(window, atEnd) {
      const frame = new RunFrame();
      const start = atStart ? byteOrderMarkLength(window) : 0;
      for (let at = start; at < window.length && !frame.isFull; ) {
        const newline = window.indexOf(LF, at);
        if (newline === -1 && !atEnd) break;
        const end = newline === -1 ? window.length : newline;
        const line = withoutReturn(window.subarray(at, end));
        frame.line(line, at, Math.min(end + 1, window.length));
        at = Math.min(end + 1, window.length);
      }
      if (atEnd) frame.finish(window.length);
      if (frame.consumed > 0) atStart = false;
      const { consumed, lines, records } = frame;
      return { consumed, lines, lineCount: lines.length, records, ...options, faults: [] };
    },
  };
}

/** '' where the line is no message. */
function typeOf(line: Buffer): string {
  if (line.length < MIN_MESSAGE_BYTES) return '';
  return MESSAGE.exec(line.toString('latin1', 0, TYPE_BYTES))?.[1] ?? '';
}

function withoutReturn(line: Buffer): Buffer {
  return line[line.length - 1] === CR ? line.subarray(0, -1) : line;
}

class RunFrame {
  consumed = 0;
  records = 0;
  readonly #lines: Buffer[] = [];
  /** Messages of the run that has not ended yet. */
  #messages: Buffer[] = [];
  #progress: Buffer | undefined;
  #doneLines = 0;
  #runEnded = true;

  /** One of these for each line of the input that is done with. */
  get lines(): Buffer[] {
    return this.#lines.slice(0, this.#doneLines);
  }

  get isFull(): boolean {
    return this.#doneLines >= MAX_FRAME_LINES;
  }

  /** A line and where the next begins; messages that share a line are taken one by one. */
  line(line: Buffer, start: number, next: number): void {
    const messages = objectsOf(line);
    let at = start;
    for (const [index, message] of messages.entries()) {
      this.#message(message, at);
      const following = messages[index + 1];
      at = following === undefined ? next : start + following.byteOffset - line.byteOffset;
      this.#messageEnded(at);
    }
  }

  #message(line: Buffer, start: number): void {
    const type = typeOf(line);
    this.#lines.push(LINE_END);
    this.#runEnded = false;
    if (PROGRESS.includes(type)) {
      this.#progress = line;
      // Progress alone need not be kept together; one line of it has to be there in the end.
      if (this.#messages.length === 0) this.#giveUpTo(start, this.#lines.length - 1);
    } else if (LAST.includes(type)) {
      this.#messages.push(line);
      this.#endRun();
    } else if (line.length > 0) this.#messages.push(line);
    else this.#runEnded = this.#messages.length === 0 && this.#progress === undefined;
  }

  #messageEnded(next: number): void {
    if (this.#lines.length - this.#doneLines > MAX_FRAME_LINES) this.#endUnfinished();
    if (this.#runEnded) this.#giveUpTo(next, this.#lines.length);
  }

  /** The input ends here. */
  finish(end: number): void {
    if (this.isFull) return;
    this.#endUnfinished();
    this.#giveUpTo(end, this.#lines.length);
  }

  #endUnfinished(): void {
    if (this.#progress !== undefined) this.#messages.push(this.#progress);
    if (this.#messages.length > 0) this.#endRun();
    this.#runEnded = true;
  }

  #endRun(): void {
    const parts = this.#messages.flatMap((message, index) => (index === 0 ? [message] : [SEPARATOR, message]));
    this.#lines[this.#lines.length - 1] = Buffer.concat([...parts, LINE_END]);
    this.#messages = [];
    this.#progress = undefined;
    this.#runEnded = true;
    this.records += 1;
  }

  #giveUpTo(offset: number, lines: number): void {
    this.consumed = offset;
    this.#doneLines = lines;
  }
}
