import { DAY_MS } from '../../../src/kit/durations.ts';
import { seededRandom } from '../../../src/kit/random.ts';
import { tokenFrom } from '../../client-token.ts';
import { post } from '../../served-imports.ts';
import { DAY_START_MS, MOMENT_MS, PagedEvents } from '../paged-events.ts';
import { atScale, type Outcome, type PromiseRun, type PublicPromise } from '../promise.ts';
import { type ServerHere, serveHere } from '../server-here.ts';

/** Pages of the smallest sizes are of a part of the moment, the largest of the whole day, the others of the moment. */
const SMALL_SIZES = [1, 2, 3, 5];
const MIDDLE_SIZES = [7, 11, 17, 29, 50, 73, 100, 199, 256, 500, 777, 1000, 2500, 4096];
const LARGE_SIZES = [4999, 5000];
const SETTINGS = { BELFRY_UMBRELLA_RATE_PER_SECOND: '0', BELFRY_TOKEN_RATE_PER_MINUTE: '0' };

export const pagingIsExact: PublicPromise = {
  id: 'R5',
  claim: 'Paging by cursor is exact while events arrive',
  figure: '1,000,000 events, 10,000 of them in one millisecond, 20 page sizes, a writer, a restart: no repeat, no gap',
  async check(run) {
    const reader = new Reader(run);
    try {
      return await reader.check();
    } finally {
      await reader.close();
    }
  },
};

interface Walk {
  readonly fromMs: number;
  readonly toMs: number;
  readonly size: number;
  /** Beginning of the names that are asked for. */
  readonly prefix: string;
  /** In the middle of the walk. */
  readonly restarts?: boolean;
}

interface Page {
  readonly data: readonly { readonly domain: string }[];
  readonly meta: { readonly cursor?: string };
}

class Reader {
  readonly #run: PromiseRun;
  readonly #events = new PagedEvents(seededRandom('paging'));
  #server: ServerHere | undefined;
  #client = { clientId: '', clientSecret: '' };
  #token = '';
  #repeats = 0;
  #gaps = 0;
  #strangers = 0;
  #given = 0;
  #restarts = 0;

  constructor(run: PromiseRun) {
    this.#run = run;
  }

  async check(): Promise<Outcome> {
    const { spread, atOnce, batches, walks } = atScale(this.#run, {
      share: {
        spread: 700,
        atOnce: 300,
        batches: 2,
        walks: allWalks().filter(({ size }) => [3, 100, 777, 5000].includes(size)),
      },
      full: { spread: 990_000, atOnce: 10_000, batches: 1_000, walks: allWalks() },
    });
    await this.#start();
    await this.#events.fill(this.#serverNow(), { spread, atOnce });
    this.#client = await post(this.#serverNow(), '/clients', { organization: 'acme', name: 'reader' });
    await this.#signIn();
    const writing = this.#events.write(() => this.#server, batches, 100);
    for (const walk of walks) await this.#walk(walk);
    this.#events.stop();
    await writing;
    const sizes = new Set(walks.map(({ size }) => size)).size;
    const figures = `${this.#repeats} repeats, ${this.#gaps} gaps, ${this.#strangers} that came after the walk began`;
    return {
      kept: this.#restarts > 0 && this.#repeats === 0 && this.#gaps === 0 && this.#strangers === 0 && this.#given > 0,
      measured: `${this.#events.count.toLocaleString('en')} events, ${atOnce.toLocaleString('en')} and more of them in one millisecond, a writer, ${walks.length} walks in ${sizes} page sizes (${LARGE_SIZES.length} of the largest over all events), ${this.#restarts} of them over a restart: ${this.#given.toLocaleString('en')} events given, ${figures}`,
    };
  }

  async close(): Promise<void> {
    this.#events.stop();
    await this.#server?.stop();
  }

  async #start(): Promise<void> {
    this.#server = await serveHere(this.#run.directory, SETTINGS);
  }

  async #restart(): Promise<void> {
    const server = this.#serverNow();
    this.#server = undefined;
    await server.stop();
    await this.#start();
    await this.#signIn();
    this.#restarts += 1;
  }

  #serverNow(): ServerHere {
    if (this.#server === undefined) throw new Error('there is no server');
    return this.#server;
  }

  async #signIn(): Promise<void> {
    this.#token = await tokenFrom(this.#serverNow(), '/auth/v2/token', this.#client);
  }

  async #walk(walk: Walk): Promise<void> {
    const { fromMs, toMs, prefix } = walk;
    const isAsked = ({ name, timeMs }: { name: string; timeMs: number }) =>
      name.startsWith(prefix) && timeMs >= fromMs && timeMs <= toMs;
    const due = this.#events.acknowledged(isAsked);
    const first = await this.#page(walk, '*');
    const allowed = this.#events.begun(isAsked);
    const given = first.data.map(({ domain }) => domain);
    let cursor = first.meta.cursor;
    for (let page = 1; cursor !== undefined; page += 1) {
      if (walk.restarts && page === 2) await this.#restart();
      const next = await this.#page(walk, cursor);
      given.push(...next.data.map(({ domain }) => domain));
      cursor = next.meta.cursor;
    }
    const different = new Set(given);
    this.#repeats += given.length - different.size;
    this.#gaps += due.filter((name) => !different.has(name)).length;
    this.#strangers += [...different].filter((name) => !allowed.has(name)).length;
    this.#given += given.length;
    this.#run.log(
      `pages of ${walk.size}: ${given.length} events, ${this.#gaps} gaps and ${this.#repeats} repeats so far`,
    );
  }

  async #page({ fromMs, toMs, size, prefix }: Walk, cursor: string): Promise<Page> {
    const names = prefix === '' ? '' : `&domains=${prefix}*`;
    const query = `from=${fromMs}&to=${toMs}&limit=${size}&cursor=${encodeURIComponent(cursor)}${names}`;
    const answer = await fetch(`${this.#serverNow().address}/reports/v2/activity/dns?${query}`, {
      headers: { authorization: `Bearer ${this.#token}` },
    });
    if (!answer.ok) throw new Error(`${query}: ${answer.status} ${await answer.text()}`);
    return (await answer.json()) as Page;
  }
}

function allWalks(): Walk[] {
  const moment = { fromMs: MOMENT_MS - 60_000, toMs: MOMENT_MS + 60_000, prefix: '' };
  const day = { fromMs: DAY_START_MS, toMs: DAY_START_MS + DAY_MS, prefix: '' };
  return [
    ...SMALL_SIZES.map((size) => ({ ...moment, size, prefix: 'm9' })),
    ...MIDDLE_SIZES.map((size) => ({ ...moment, size, restarts: size === 100 })),
    ...LARGE_SIZES.map((size) => ({ ...day, size, restarts: size === 5000 })),
  ];
}
