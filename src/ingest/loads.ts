import type { Batch, BatchCounts } from '../control/ledger.ts';
import type { Ingest } from './ingest.ts';
import { loadFromLedger } from './load.ts';

/** Batches of one import that load at once. Two keep both the framer and the engine busy. */
const AT_ONCE = 2;

/** The loads of one import that are under way. */
export class Loads {
  readonly #ingest: Ingest;
  readonly #running = new Set<Promise<void>>();
  readonly #done: BatchCounts[] = [];
  #failure: unknown;

  constructor(ingest: Ingest) {
    this.#ingest = ingest;
  }

  /** Waits until another load may start. @throws what made a load fail */
  async room(): Promise<void> {
    while (this.#running.size >= AT_ONCE) await Promise.race(this.#running);
    if (this.#failure !== undefined) throw this.#failure;
  }

  start(batch: Batch): void {
    const load = loadFromLedger(this.#ingest, batch)
      .then((counts) => {
        this.#done.push(counts);
      })
      .catch((error: unknown) => {
        this.#failure ??= error;
      })
      .finally(() => this.#running.delete(load));
    this.#running.add(load);
  }

  /** Waits for all. @throws what made a load fail */
  async settle(): Promise<readonly BatchCounts[]> {
    await Promise.all(this.#running);
    if (this.#failure !== undefined) throw this.#failure;
    return this.#done;
  }
}
