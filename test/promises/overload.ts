import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { openEventStore } from '../../src/events/client.ts';
import type { Belfry, BelfryServer } from '../belfry-process.ts';
import { dnsLine } from '../dns-lines.ts';
import { upload } from '../served-imports.ts';

export const LINES_AN_INPUT = 5_000;
/** Senders that wait for their answers; what is due beyond them waits with the senders. */
const MOST_AT_ONCE = 64;
const START_MS = Date.UTC(2026, 0, 1);

/** Senders of inputs, each with lines of its own, and what they were answered. */
export class Overload {
  readonly #server: BelfryServer;
  /** Numbers of the inputs of which every record was acknowledged. */
  readonly acknowledged: number[] = [];
  /** Answers by status; 0 is a connection that broke. */
  readonly statuses = new Map<number, number>();
  /** Refusals that do not say when to come again. */
  refusedBlindly = 0;
  heldBack = 0;
  peakBytes = 0;
  #sent: number;
  #atOnce = 0;

  /** @param firstNumber of the inputs it sends */
  constructor(server: BelfryServer, firstNumber = 0) {
    this.#server = server;
    this.#sent = firstNumber;
  }

  /** Sends for so long, as fast as answers come. Answers acknowledged inputs a second. */
  async findCapacity(senders: number, forMs: number): Promise<number> {
    const startedAt = performance.now();
    const before = this.acknowledged.length;
    await Promise.all(
      Array.from({ length: senders }, async () => {
        while (performance.now() - startedAt < forMs) await this.#send();
      }),
    );
    return (this.acknowledged.length - before) / ((performance.now() - startedAt) / 1000);
  }

  /** Sends so many a second for so long, whatever is answered, and waits for the answers. */
  async sendAtRate(perSecond: number, forMs: number): Promise<void> {
    const startedAt = performance.now();
    const watching = this.#watchMemory(() => performance.now() - startedAt < forMs);
    const sending: Promise<unknown>[] = [];
    for (let due = 0; performance.now() - startedAt < forMs; due += 1) {
      await sleep(Math.max(0, startedAt + (due * 1000) / perSecond - performance.now()));
      if (this.#atOnce >= MOST_AT_ONCE) this.heldBack += 1;
      else sending.push(this.#send());
    }
    await watching;
    this.#drained = Promise.all(sending);
  }

  #drained: Promise<unknown> = Promise.resolve();

  /** Milliseconds from now until one input takes no longer than this. */
  async timeUntil(usualMs: number): Promise<number> {
    const startedAt = performance.now();
    while ((await this.timeOne()) > usualMs) await sleep(100);
    const took = performance.now() - startedAt;
    await this.#drained;
    return took;
  }

  async timeOne(): Promise<number> {
    const startedAt = performance.now();
    await this.#send();
    return performance.now() - startedAt;
  }

  async #send(): Promise<void> {
    const number = this.#sent;
    this.#sent += 1;
    this.#atOnce += 1;
    const name = `${number}.csv`;
    const body = Buffer.from(linesOf(number));
    const answer = await upload(this.#server, { organization: 'acme', name, format: 'umbrella-csv/dnslogs', body });
    this.#atOnce -= 1;
    const status = answer?.status ?? 0;
    this.statuses.set(status, (this.statuses.get(status) ?? 0) + 1);
    if ((status === 429 || status === 503) && answer?.headers['retry-after'] === undefined) this.refusedBlindly += 1;
    if (status !== 200) return;
    const { stored, duplicate } = JSON.parse(answer?.body ?? '');
    if (stored + duplicate === LINES_AN_INPUT) this.acknowledged.push(number);
  }

  async #watchMemory(isGoingOn: () => boolean): Promise<void> {
    while (isGoingOn()) {
      this.peakBytes = Math.max(this.peakBytes, await residentBytes(this.#server.pid));
      await sleep(250);
    }
  }
}

/** Memory that a process holds (Linux). */
export async function residentBytes(pid: number): Promise<number> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8');
  return Number(/VmRSS:\s+(\d+) kB/.exec(status)?.[1] ?? 0) * 1024;
}

function linesOf(input: number): string {
  const lines = Array.from({ length: LINES_AN_INPUT }, (_, line) =>
    dnsLine({ time: new Date(START_MS + line * 1000), domain: `h${line}.of${input}.example.` }),
  );
  return lines.join('');
}

/** How many inputs that were acknowledged have a line that is missing or stored twice. */
export async function notStoredOnce(belfry: Belfry, acknowledged: readonly number[]): Promise<number> {
  const events = await openEventStore({ path: join(belfry.data, 'events') });
  try {
    const rows = await events.query<{ input: number }>(
      `SELECT toUInt32(extract(domain, '\\.of(\\d+)\\.')) AS input FROM events GROUP BY input
      HAVING count() = {lines:UInt32} AND uniqExact(domain) = {lines:UInt32}`,
      { lines: LINES_AN_INPUT },
    );
    const once = new Set(rows.map(({ input }) => input));
    return acknowledged.filter((input) => !once.has(input)).length;
  } finally {
    await events.close();
  }
}
