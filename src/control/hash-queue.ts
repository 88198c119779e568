import type { ScryptOptions } from 'node:crypto';
import { availableParallelism } from 'node:os';
import { Worker } from 'node:worker_threads';
import { Gauge } from 'prom-client';
import { FairQueue } from '../kit/fair-queue.ts';
import { AppError } from '../model/errors.ts';

/** A key to be derived from a password with scrypt. */
export interface Derivation {
  readonly password: string;
  readonly salt: Buffer;
  readonly bytes: number;
  readonly options: ScryptOptions;
}

interface Job {
  readonly derivation: Derivation;
  resolve(key: Buffer): void;
  reject(error: unknown): void;
}

type Answer = { readonly key: Uint8Array } | { readonly error: unknown };

/** Each derivation takes a core and 32 MB for some 0.1 s: at least half of the cores stay free, and never more than two work. */
const WORKERS = Math.min(2, Math.max(1, Math.floor(availableParallelism() / 2)));

const MAX_WAITING = 256;

/**
 * Derives keys in threads of their own. libuv's pool would be the wrong place: files, name lookups and the embedded event store
 * need its threads. Lanes take turns, so that one address does not wait for the many derivations of another.
 */
class HashQueue {
  readonly #waiting = new FairQueue<Job>(MAX_WAITING);
  readonly #idle: HashThread[] = [];
  #threads = 0;

  get waiting(): number {
    return this.#waiting.size;
  }

  /**
   * @param lane whose derivation this is, for instance an address
   * @throws AppError `rate_limited` when too many wait and this lane has most of them
   */
  derive(lane: string, derivation: Derivation): Promise<Buffer> {
    return new Promise((resolve, reject) => {
      const dropped = this.#waiting.push(lane, { derivation, resolve, reject });
      dropped?.reject(busy());
      this.#work();
    });
  }

  #work(): void {
    while (this.#waiting.size > 0) {
      const thread = this.#idle.pop() ?? this.#start();
      if (thread === undefined) return;
      const job = this.#waiting.shift();
      if (job === undefined) return;
      thread.run(job, () => {
        if (thread.isGone) this.#threads -= 1;
        else this.#idle.push(thread);
        this.#work();
      });
    }
  }

  #start(): HashThread | undefined {
    if (this.#threads >= WORKERS) return undefined;
    this.#threads += 1;
    return new HashThread();
  }
}

/** A worker with one job at a time. It keeps the process alive only while it has one. */
class HashThread {
  isGone = false;
  // Without the options of this process: a loader for TypeScript is not needed there.
  readonly #worker = new Worker(new URL('./hash-worker.mjs', import.meta.url), { execArgv: [] });
  #settle: ((answer: Answer) => void) | undefined;

  constructor() {
    this.#worker.on('message', (answer: Answer) => this.#settle?.(answer));
    this.#worker.on('error', (error) => this.#end(error));
    this.#worker.on('exit', () => this.#end(new Error('the thread that hashes passwords has ended')));
    this.#worker.unref();
  }

  run({ derivation, resolve, reject }: Job, done: () => void): void {
    this.#worker.ref();
    this.#settle = (answer) => {
      this.#settle = undefined;
      this.#worker.unref();
      if ('key' in answer) resolve(Buffer.from(answer.key));
      else reject(answer.error);
      done();
    };
    if (this.isGone) this.#end(new Error('the thread that hashes passwords has ended'));
    else this.#worker.postMessage(derivation);
  }

  #end(error: unknown): void {
    this.isGone = true;
    this.#settle?.({ error });
  }
}

const queue = new HashQueue();

/** Derives a key when its lane's turn comes; see `HashQueue`. */
export function deriveKey(lane: string, derivation: Derivation): Promise<Buffer> {
  return queue.derive(lane, derivation);
}

new Gauge({
  name: 'belfry_password_hashes_waiting',
  help: 'Passwords that wait to be hashed by this process',
  collect() {
    this.set(queue.waiting);
  },
});

function busy(): AppError {
  return new AppError('rate_limited', { public: 'too many sign-ins at once; try again', retryAfterSeconds: 2 });
}
