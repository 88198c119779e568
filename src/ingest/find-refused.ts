import type { Batch, RefusedRecords } from '../control/ledger.ts';
import { loadProbes, type Probe } from '../events/probe.ts';
import { isForLater, isLimit } from './engine-trouble.ts';
import type { Ingest } from './ingest.ts';
import { loadedWith } from './loaded-with.ts';
import { landingName } from './mappings.ts';
import { spoolOf } from './spool.ts';
import { readRecords, type SpooledRecord, withRecords } from './spool-records.ts';

/** What made a load fail. */
export type LoadFault =
  /** The engine failed while it computed what the records become. */
  | 'failed'
  /** It reached a limit of memory or time. */
  | 'limit'
  /** Fewer records came out than went in. */
  | 'missing';

/** Most records of one batch that are looked for one by one: each takes some statements. */
const MOST_REFUSED = 1000;

const MOST_MS = 10 * 60_000;

/** Longest part of an engine's message that is kept. */
const REASON_LENGTH = 500;

/** More than can be looked for one by one: the fault is that of the mapping, and a later release may read the batch. */
export class TooManyRefused extends Error {}

/**
 * The records of a batch that the engine fails on, found by halving the batch until each of them is alone. Nothing is stored meanwhile.
 * Empty where it fails on none of them alone.
 *
 * @throws what the engine fails with for reasons of its own; and where the spool no longer holds all records
 */
export async function findRefused(ingest: Ingest, batch: Batch, fault: LoadFault): Promise<RefusedRecords[]> {
  const records = await readRecords((await spoolOf(ingest.spool, batch)) ?? ingest.spool, batch);
  const { landing, settings } = await loadedWith(ingest, batch);
  const probes = await loadProbes(ingest.events, {
    landing: landing.table(landingName(batch.format, batch.variant)),
    generation: landing.generation,
    context: batch.context ?? '',
    timezone: batch.timezone ?? 'UTC',
    settings,
  });
  for (const probe of fault === 'missing' ? probes.slice(2) : probes.slice(0, 2)) {
    const found = await new Search(ingest, batch, probe, fault).refusedOf(records);
    if (found.length > 0) return byReason(found);
  }
  return [];
}

interface Refused {
  readonly row: number;
  readonly reason: string;
}

function byReason(found: readonly Refused[]): RefusedRecords[] {
  const rows = new Map<string, number[]>();
  for (const { reason, row } of found) rows.set(reason, [...(rows.get(reason) ?? []), row]);
  return [...rows].map(([reason, of]) => ({ reason, rows: of }));
}

/** What any engine in health computes within its limits. */
const HARMLESS: SpooledRecord = { row: 0, bytes: Buffer.from('{}') };

class Search {
  readonly #ingest: Ingest;
  readonly #batch: Batch;
  readonly #probe: Probe;
  readonly #fault: LoadFault;
  readonly #found: Refused[] = [];
  readonly #end = performance.now() + MOST_MS;

  constructor(ingest: Ingest, batch: Batch, probe: Probe, fault: LoadFault) {
    this.#ingest = ingest;
    this.#batch = batch;
    this.#probe = probe;
    this.#fault = fault;
  }

  async refusedOf(records: readonly SpooledRecord[]): Promise<readonly Refused[]> {
    // Where the statement fails without any record, none of them is at fault.
    if (
      records.length > 0 &&
      (await this.#failureOf([])) === undefined &&
      (await this.#failureOf(records)) !== undefined
    )
      await this.#halve(records);
    return this.#found;
  }

  /** @param records on which the probe fails */
  async #halve(records: readonly SpooledRecord[]): Promise<void> {
    const [only] = records;
    if (records.length === 1 && only !== undefined) return this.#refuse(only);
    const middle = Math.ceil(records.length / 2);
    const [left, right] = [records.slice(0, middle), records.slice(middle)];
    const isLeft = (await this.#failureOf(left)) !== undefined;
    if (isLeft) await this.#halve(left);
    // Two halves may each keep within a limit that both together exceed.
    const isRight = !isLeft && this.#fault !== 'limit' ? true : (await this.#failureOf(right)) !== undefined;
    if (isRight) await this.#halve(right);
  }

  /** Asked once more, alone: what failed for a passing reason does not fail again, and its own message is what is kept. */
  async #refuse(record: SpooledRecord): Promise<void> {
    const failure = await this.#failureOf([record]);
    if (failure === undefined) return;
    if (this.#fault === 'limit') {
      const trouble = await this.#failureOf([HARMLESS]);
      if (trouble !== undefined) throw trouble;
    }
    this.#found.push({
      row: record.row,
      reason: `the event store fails on it: ${failure.message.slice(0, REASON_LENGTH)}`,
    });
    const known = this.#batch.refused.flat().reduce((sum, { rows }) => sum + rows.length, 0) + this.#found.length;
    if (known > MOST_REFUSED || performance.now() > this.#end)
      throw new TooManyRefused(
        `the event store fails on ${known} records and more, the last of them: ${failure.message}`,
      );
  }

  /** @throws what says nothing about the records */
  async #failureOf(records: readonly SpooledRecord[]): Promise<Error | undefined> {
    try {
      await withRecords(this.#ingest.spool, this.#batch, records, (path) => this.#probe(path, records.length));
      return undefined;
    } catch (error) {
      const isTheirs = this.#fault === 'limit' && isLimit(error);
      if (!(error instanceof Error) || (isForLater(error) && !isTheirs)) throw error;
      return error;
    }
  }
}
