import { createHash, randomBytes } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { EventStore } from '../src/events/client.ts';
import { type Landing, prepareLanding } from '../src/events/landing.ts';
import { type BatchCounts, countBatch, LOAD_SETTINGS, loadBatch } from '../src/events/load-batch.ts';
import { migrateEvents } from '../src/events/migrate.ts';
import type { Format, Frame } from '../src/formats/format.ts';
import { landingMappings, landingName } from '../src/ingest/mappings.ts';
import { openTestEvents } from './test-events.ts';

export interface Reading {
  readonly frames: Frame[];
  /** Stored events in file order, every column of table `events`. */
  readonly events: Record<string, unknown>[];
  readonly rejects: { line: number; reason: string; raw: string }[];
  readonly counts: BatchCounts & { received: number };
}

export interface FormatHarness {
  readonly store: EventStore;
  /** Frames the bytes, loads every frame as the pipeline would, and reads back what became of them. */
  read(format: Format, path: string, bytes: Buffer | string, options?: ReadOptions): Promise<Reading>;
  close(): Promise<void>;
}

export interface ReadOptions {
  readonly variant?: string;
  readonly timezone?: string;
  /** Window handed to the framer at once; small ones show state kept between windows. */
  readonly windowBytes?: number;
}

/** A real event store in a directory of its own, with landing tables for the formats given. */
export async function openFormatHarness(formats: readonly Format[]): Promise<FormatHarness> {
  const folder = await mkdtemp(join(tmpdir(), 'belfry-format-'));
  const store = await openTestEvents(join(folder, 'events'));
  await migrateEvents(store);
  const landing = await prepareLanding(store, landingMappings(formats));
  let seq = 0;
  return {
    store,
    async read(format, path, input, options = {}) {
      const bytes = Buffer.from(input);
      const specimen = { path, head: bytes.subarray(0, 65_536) };
      const variant = options.variant ?? format.recognise(specimen)?.variant;
      const framer = format.createFramer({ ...specimen, ...(variant === undefined ? {} : { variant }) });
      const frames = cutAll(framer, bytes, options.windowBytes ?? 32 * 2 ** 20);
      const first = seq + 1;
      let line = 1;
      for (const frame of frames) {
        seq += 1;
        await loadFrame(store, landing, folder, format, frame, seq, line, options.timezone ?? 'UTC');
        line += frame.lineCount;
      }
      return { frames, ...(await readBack(store, frames, first, seq)) };
    },
    async close() {
      await store.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

export function cutAll(
  framer: { cut(window: Buffer, atEnd: boolean): Frame },
  bytes: Buffer,
  windowBytes: number,
): Frame[] {
  const frames: Frame[] = [];
  let start = 0;
  let size = windowBytes;
  while (start < bytes.length) {
    const end = Math.min(bytes.length, start + size);
    const frame = framer.cut(bytes.subarray(start, end), end === bytes.length);
    if (frame.consumed === 0) {
      if (end === bytes.length) throw new Error(`framer stopped at byte ${start} of ${bytes.length}`);
      size *= 2;
      continue;
    }
    size = windowBytes;
    start += frame.consumed;
    frames.push(frame);
  }
  return frames;
}

async function loadFrame(
  store: EventStore,
  landing: Landing,
  folder: string,
  format: Format,
  frame: Frame,
  seq: number,
  firstLine: number,
  timezone: string,
): Promise<void> {
  if (frame.records === 0) return;
  const spoolPath = join(folder, `${seq}.spool`);
  await writeFile(spoolPath, Buffer.concat(frame.lines));
  await loadBatch(store, {
    landing: landing.table(landingName(format.name, frame.variant)),
    organizationId: 1,
    seq,
    token: createHash('sha256').update(randomBytes(16)).digest('hex'),
    spoolPath,
    firstLine,
    context: frame.context,
    timezone,
    settings: LOAD_SETTINGS,
  });
}

async function readBack(
  store: EventStore,
  frames: readonly Frame[],
  first: number,
  last: number,
): Promise<Omit<Reading, 'frames'>> {
  const range = 'seq BETWEEN {first:UInt64} AND {last:UInt64}';
  const events = await store.query<Record<string, unknown>>(`SELECT * FROM events WHERE ${range} ORDER BY seq, row`, {
    first,
    last,
  });
  const rejects = await store.query<Reading['rejects'][number]>(
    `SELECT line, reason, raw FROM rejects WHERE ${range} ORDER BY seq, row`,
    { first, last },
  );
  const counts = { received: 0, stored: 0, rejected: 0, ignored: 0 };
  for (let seq = first; seq <= last; seq += 1) {
    const part = await countBatch(store, 1, seq);
    counts.stored += part.stored;
    counts.rejected += part.rejected;
    counts.ignored += part.ignored;
  }
  for (const frame of frames) counts.received += frame.records;
  return { events, rejects, counts };
}
