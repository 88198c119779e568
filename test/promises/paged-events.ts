import { setTimeout as sleep } from 'node:timers/promises';
import { DAY_MS } from '../../src/kit/durations.ts';
import type { Random } from '../../src/kit/random.ts';
import { dnsLine } from '../dns-lines.ts';
import { post, receiptOf, type Server } from '../served-imports.ts';

/** The millisecond that many events share. */
export const MOMENT_MS = Date.UTC(2026, 0, 15, 12);
export const DAY_START_MS = MOMENT_MS - DAY_MS / 2;

interface Written {
  readonly name: string;
  readonly timeMs: number;
}

interface Batch {
  readonly events: readonly Written[];
  isAcknowledged: boolean;
}

/** Events of one day whose names and times are known, and a writer that adds to them. */
export class PagedEvents {
  readonly #batches: Batch[] = [];
  readonly #random: Random;
  #isStopped = false;

  constructor(random: Random) {
    this.#random = random;
  }

  /** So many that are spread over the day, and so many at the one moment. */
  async fill(server: Server, { spread, atOnce }: { spread: number; atOnce: number }): Promise<void> {
    await post(server, '/organizations', { slug: 'acme', name: 'Acme' });
    const moment = Array.from({ length: atOnce }, (_, index) => ({ name: `m${index}.example`, timeMs: MOMENT_MS }));
    const others = Array.from({ length: spread }, (_, index) => ({
      name: `d${index}.example`,
      timeMs: DAY_START_MS + Math.floor((index * DAY_MS) / spread / 1000) * 1000,
    }));
    for (const events of [moment, others]) await this.#send(() => server, events);
  }

  /** Adds events all over the day, and some around the moment, until it is stopped or has written so many batches. */
  async write(server: () => Server | undefined, batches: number, pauseMs: number): Promise<void> {
    for (let batch = 0; batch < batches && !this.#isStopped; batch += 1) {
      const events = Array.from({ length: 1_000 }, (_, index) => ({
        name: `w${batch}-${index}.example`,
        timeMs: this.#timeOf(index),
      }));
      await this.#send(server, events);
      await sleep(pauseMs);
    }
  }

  stop(): void {
    this.#isStopped = true;
  }

  get count(): number {
    return this.#batches.reduce((sum, { events }) => sum + events.length, 0);
  }

  /** What a walk must give that begins now. */
  acknowledged(isAsked: (event: Written) => boolean): string[] {
    return this.#names(isAsked, ({ isAcknowledged }) => isAcknowledged);
  }

  /** What a walk may give whose first page has come now. */
  begun(isAsked: (event: Written) => boolean): Set<string> {
    return new Set(this.#names(isAsked, () => true));
  }

  #names(isAsked: (event: Written) => boolean, isMeant: (batch: Batch) => boolean): string[] {
    return this.#batches.filter(isMeant).flatMap(({ events }) => events.filter(isAsked).map(({ name }) => name));
  }

  #timeOf(index: number): number {
    if (index % 100 === 0) return MOMENT_MS;
    return DAY_START_MS + this.#random.int(DAY_MS / 1000) * 1000;
  }

  /** Again, until there is a receipt: the server may be restarting. */
  async #send(server: () => Server | undefined, events: readonly Written[]): Promise<void> {
    const batch: Batch = { events, isAcknowledged: false };
    this.#batches.push(batch);
    const lines = events.map(({ name, timeMs }) => dnsLine({ time: new Date(timeMs), domain: `${name}.` }));
    const body = Buffer.from(lines.join(''));
    while (!batch.isAcknowledged) {
      const at = server();
      const name = `${events[0]?.name}.csv`;
      const input = { organization: 'acme', name, format: 'umbrella-csv/dnslogs', body };
      const receipt = at && (await receiptOf(at, input));
      if (receipt !== undefined && receipt.stored + receipt.duplicate === events.length) batch.isAcknowledged = true;
      else if (this.#isStopped) return;
      else await sleep(50);
    }
  }
}
