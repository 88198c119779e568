import type { Control } from '../control/database.ts';
import type { EventStore } from '../events/client.ts';
import type { Landing } from '../events/landing.ts';
import type { Format } from '../formats/format.ts';
import type { Spool } from './spool.ts';

/** What the pipeline works with. Made once per process. */
export interface Ingest {
  readonly events: EventStore;
  readonly control: Control;
  /** What this release's records pass on their way into `events`. */
  readonly landing: Landing;
  readonly spool: Spool;
  /** What can be read. */
  readonly formats: readonly Format[];
  /** Name of this process in the ledger: whose batches are whose. */
  readonly owner: string;
  readonly log: IngestLog;
}

export interface IngestLog {
  info(fields: object, message: string): void;
  warn(fields: object, message: string): void;
  error(fields: object, message: string): void;
}

/** How long a batch stays its loader's without a sign of life. */
export const LEASE_MS = 60_000;

/** Decompressed bytes a batch holds at most, and so the longest record there can be. */
export const BATCH_BYTES = 32 * 2 ** 20;
