import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Control } from '../src/control/database.ts';
import { type Batch, openBatch } from '../src/control/ledger.ts';
import { startImport } from '../src/control/repos/imports.ts';
import { createOrganization } from '../src/control/repos/organizations.ts';
import type { EventStore } from '../src/events/client.ts';
import { prepareLanding } from '../src/events/landing.ts';
import { LOAD_SETTINGS } from '../src/events/load-batch.ts';
import { migrateEvents } from '../src/events/migrate.ts';
import type { Format } from '../src/formats/format.ts';
import type { Ingest } from '../src/ingest/ingest.ts';
import { landingMappings } from '../src/ingest/mappings.ts';
import { type ImportOutcome, importInput } from '../src/ingest/pipeline.ts';
import { Prefix } from '../src/ingest/prefix.ts';
import { openSpool, recordsPath, writeSpool } from '../src/ingest/spool.ts';
import type { Actor } from '../src/model/scope.ts';
import { recordLines, recordsFormat, type TestRecord } from './records-format.ts';
import { openTestControl } from './test-control.ts';
import { openTestEvents } from './test-events.ts';

export const TEST_ACTOR: Actor = { type: 'system', id: 'test', label: 'test', from: 'local', via: 'test' };

export interface IngestHarness {
  readonly ingest: Ingest;
  readonly control: Control;
  readonly events: EventStore;
  readonly organizationId: number;
  import(
    path: string,
    bytes: Buffer | string,
    options?: { chunkBytes?: number; formatName?: string },
  ): Promise<ImportOutcome>;
  /** Rows of a table, of the harness's organization. */
  count(table: 'events' | 'rejects'): Promise<number>;
  close(): Promise<void>;
}

/** Both stores in a directory of their own, one organization, and the pipeline between them. */
export async function openIngestHarness(formats: readonly Format[]): Promise<IngestHarness> {
  const folder = await mkdtemp(join(tmpdir(), 'belfry-ingest-'));
  const control = await openTestControl(join(folder, 'control.db'));
  // As many sessions as the server has by default: two loads may run beside each other.
  const events = await openTestEvents(join(folder, 'events'), { sessions: 4 });
  await migrateEvents(events);
  const landing = await prepareLanding(events, landingMappings(formats));
  const organization = await createOrganization(control.db, { slug: 'acme', name: 'Acme', actor: TEST_ACTOR });
  const silent = { info: () => undefined, warn: () => undefined, error: () => undefined };
  const ingest: Ingest = {
    events,
    control,
    landing,
    formats,
    spool: await openSpool(join(folder, 'spool')),
    owner: 'test',
    log: silent,
  };
  return {
    ingest,
    control,
    events,
    organizationId: organization.id,
    async import(path, bytes, options = {}) {
      const { id } = await startImport(control.db, { organizationId: organization.id, path, actor: TEST_ACTOR });
      return importInput(ingest, {
        organizationId: organization.id,
        importId: id,
        path,
        source: inChunks(Buffer.from(bytes), options.chunkBytes ?? 65_536),
        timezone: 'UTC',
        ...(options.formatName === undefined ? {} : { formatName: options.formatName }),
      });
    },
    async count(table) {
      const [row] = await events.query<{ n: number }>(`SELECT count() AS n FROM ${table}`);
      return row?.n ?? 0;
    },
    async close() {
      await events.close();
      await control.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

async function* inChunks(bytes: Buffer, size: number): AsyncGenerator<Buffer> {
  for (let start = 0; start < bytes.length; start += size) yield bytes.subarray(start, start + size);
}

/** A process beside the harness's, with a spool of its own. */
export async function processBeside(ingest: Ingest): Promise<Ingest> {
  return {
    ...ingest,
    control: { ...ingest.control, shared: true },
    spool: await openSpool(join(ingest.spool.folder, '..', 'other-spool')),
    owner: 'other',
  };
}

/** Bytes, and what they are read as. */
export interface Input {
  readonly format: string;
  readonly variant: string;
  readonly bytes: Buffer;
  /** As the framer gives it; empty where absent. */
  readonly context?: string;
}

export function recordsInput(records: readonly TestRecord[]): Input {
  return { format: recordsFormat.name, variant: 'json', bytes: Buffer.from(recordLines(records)) };
}

export function dnsLogInput(lines: string): Input {
  return { format: 'umbrella-csv', variant: 'dnslogs', bytes: Buffer.from(lines) };
}

/** What the ledger and the spool hold when a process dies between acknowledging a batch and loading it. */
export async function acknowledge(
  ingest: Pick<Ingest, 'control' | 'spool'>,
  organizationId: number,
  { format, variant, bytes, context = '' }: Input,
): Promise<Batch> {
  const { db } = ingest.control;
  const { id: importId } = await startImport(db, { organizationId, path: 'cut short', actor: TEST_ACTOR });
  const prefix = new Prefix(organizationId, format);
  const startHash = prefix.hash();
  prefix.add(bytes);
  const token = prefix.token(0);
  const lines = bytes.toString().trimEnd().split('\n').length;
  await writeSpool(ingest.spool, token, { lines: [bytes], firstLine: 1, faults: [] });
  const { batch } = await openBatch(db, {
    organizationId,
    importId,
    format,
    variant,
    token,
    startHash,
    startOffset: 0,
    endOffset: prefix.offset,
    endHash: prefix.hash(),
    firstLine: 1,
    lines,
    received: lines,
    context,
    timezone: 'UTC',
    settings: LOAD_SETTINGS,
    spoolPath: recordsPath(ingest.spool, token),
    owner: 'a process that is gone',
    leaseMs: 60_000,
  });
  return batch;
}
