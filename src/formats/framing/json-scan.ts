import { MAX_FRAME_LINES } from '../format.ts';

export const LF = 0x0a;
export const CR = 0x0d;
const COMMA = 0x2c;
export const COLON = 0x3a;
export const OPEN_LIST = 0x5b;
export const CLOSE_LIST = 0x5d;
export const OPEN = 0x7b;
export const CLOSE = 0x7d;
export const SPACE = 0x20;
export const QUOTE = 0x22;

const TAB = 0x09;
const BACKSLASH = 0x5c;
const MAX_DEPTH = 512;

/** Bytes that carry no record: white space but line ends, and the brackets and commas of the lists or objects around them. */
const BETWEEN_RECORDS = byteSet([SPACE, TAB, CR, COMMA, OPEN_LIST, CLOSE_LIST, CLOSE]);
/** The same in a list whose end matters. */
const BETWEEN_ITEMS = byteSet([SPACE, TAB, CR, COMMA, OPEN_LIST, CLOSE]);

/** Index of the first byte from `start` on that is more than a separator, or the length of the window. */
export function endOfSeparators(window: Buffer, start: number, isInList: boolean): number {
  const separators = isInList ? BETWEEN_ITEMS : BETWEEN_RECORDS;
  let at = start;
  while (at < window.length && separators[window[at] ?? 0] === 1) at += 1;
  return at;
}

/** Index behind a run of opening braces. */
export function endOfOpenings(window: Buffer, start: number): number {
  let at = start;
  while (window[at] === OPEN) at += 1;
  return at;
}

function byteSet(bytes: readonly number[]): Uint8Array {
  const set = new Uint8Array(256);
  for (const byte of bytes) set[byte] = 1;
  return set;
}

export function isIndentation(byte: number | undefined): boolean {
  return byte === SPACE || byte === TAB;
}

/** Where the object that opens at `start` ends, or stops being JSON; -1 where the window ends first. */
export function endOfObject(window: Buffer, start: number): number {
  const closers: number[] = [];
  let previous = COLON;
  for (let at = start; at < window.length; at += 1) {
    const byte = window[at] ?? SPACE;
    if (byte <= SPACE) continue;
    if (byte === QUOTE) {
      at = endOfString(window, at + 1);
      if (at === -1 || window[at] === LF) return at;
    } else if (isClosing(byte)) {
      if (closers.pop() !== byte || closers.length === 0) return at + 1;
    } else if (isOpening(byte) && !enter(byte, previous, closers)) {
      return at;
    }
    previous = byte;
  }
  return -1;
}

export function isOpening(byte: number): boolean {
  return byte === OPEN || byte === OPEN_LIST;
}

export function isClosing(byte: number): boolean {
  return byte === CLOSE || byte === CLOSE_LIST;
}

/**
 * Notes an opening bracket, unless it is nested too deeply or misplaced: an object opens after a colon or in a list; anywhere else
 * the one before was cut short and this is the next record.
 */
export function enter(byte: number, previous: number, closers: number[]): boolean {
  if (closers.length === MAX_DEPTH) return false;
  const inList = closers[closers.length - 1] === CLOSE_LIST;
  const misplaced = previous !== COLON && previous !== OPEN_LIST && !(previous === COMMA && inList);
  if (byte === OPEN && misplaced) return false;
  closers.push(byte === OPEN ? CLOSE : CLOSE_LIST);
  return true;
}

/** Index of the closing quote, or of the line end that no string may hold; -1 where the window ends first. */
export function endOfString(window: Buffer, start: number): number {
  for (let at = start; at < window.length; at += 1) {
    const byte = window[at];
    if (byte === QUOTE || byte === LF) return at;
    if (byte === BACKSLASH && window[at + 1] !== LF) at += 1;
  }
  return -1;
}

const JOINT = Buffer.from('}{');
/** A line of more objects than this is not taken apart: it would take too long at once. */
const MAX_OBJECTS = MAX_FRAME_LINES;

/** Where two objects may touch, as files put together without a line end between them do; -1 where nowhere. */
export function indexOfJoint(window: Buffer, start: number): number {
  return window.indexOf(JOINT, start);
}

/** The objects that a line consists of, one behind the other; the line itself where it is anything else, or where they are too many. */
export function objectsOf(line: Buffer): Buffer[] {
  if (indexOfJoint(line, 0) === -1) return [line];
  const objects: Buffer[] = [];
  for (let at = 0; at < line.length; ) {
    const end = line[at] === OPEN ? endOfObject(line, at) : -1;
    if (end === -1 || line[end - 1] !== CLOSE || objects.length === MAX_OBJECTS) return [line];
    objects.push(line.subarray(at, end));
    at = end;
    while (line[at] === CR || isIndentation(line[at])) at += 1;
  }
  return objects;
}
