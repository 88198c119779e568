import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { PassThrough } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGzip } from 'node:zlib';

const CHUNK_CHARACTERS = 256 * 1024;

/** A file under construction, gzip'd where its name ends in `.gz`. */
interface LineFile {
  /** Adds text. False when the disk is behind: wait for `drained` before going on. */
  append(text: string): boolean;
  /** Rejects with the error of a file that cannot be written. */
  drained(): Promise<void>;
  /** Writes what is left; rejects with the first error of the file. */
  close(): Promise<void>;
}

export async function openLineFile(path: string): Promise<LineFile> {
  await mkdir(dirname(path), { recursive: true });
  const head = path.endsWith('.gz') ? createGzip({ level: 1 }) : new PassThrough();
  const done = pipeline(head, createWriteStream(path));
  done.catch(() => {}); // Whoever appends or closes next hears of it.
  let pending = '';
  return {
    append(text) {
      pending += text;
      if (pending.length < CHUNK_CHARACTERS) return true;
      const ready = head.write(pending);
      pending = '';
      return ready;
    },
    async drained() {
      await Promise.race([once(head, 'drain'), done]);
    },
    async close() {
      head.end(pending);
      await done;
    },
  };
}

/** A line and the log it belongs to, such as `dnslogs` or `conn`. */
export interface LogLine {
  readonly log: string;
  /** Without line end. */
  readonly text: string;
}

/** Lines that one thing caused; they go into the files of its time. */
export interface LogEntry {
  /** Epoch milliseconds. */
  readonly time: number;
  readonly lines: readonly LogLine[];
}

/** How a product lays out its logs in files. */
export interface Layout {
  readonly folder: string;
  /** Begin of the span of time that shares files with `time`. */
  spanOf(time: number): number;
  /** Relative path of a log's file for the span that begins at `span`. */
  path(log: string, span: number): string;
  header?(log: string, firstTime: number): string;
  footer?(lastTime: number): string;
}

/** Writes entries, which come in order of time, to the files of their spans; returns the paths in order of creation. */
export async function writeLogs(entries: Iterable<LogEntry>, layout: Layout): Promise<string[]> {
  const paths: string[] = [];
  const open = new Map<string, LineFile>();
  let span = Number.NaN;
  let last = 0;
  const closeAll = async () => {
    for (const file of open.values()) {
      file.append(layout.footer?.(last) ?? '');
      await file.close();
    }
    open.clear();
  };
  try {
    for (const { time, lines } of entries) {
      if (layout.spanOf(time) !== span) {
        await closeAll();
        span = layout.spanOf(time);
      }
      last = time;
      for (const { log, text } of lines) {
        let file = open.get(log);
        if (!file) {
          const path = join(layout.folder, layout.path(log, span));
          file = await openLineFile(path);
          open.set(log, file);
          paths.push(path);
          file.append(layout.header?.(log, time) ?? '');
        }
        if (!file.append(`${text}\n`)) await file.drained();
      }
    }
  } finally {
    await closeAll();
  }
  return paths;
}
