import { Readable } from 'node:stream';
import { AppError } from '../model/errors.ts';

export interface BodyLimits {
  /** Time within which a body that is no upload must have arrived. */
  readonly bodyTimeoutMs: number;
  /** Least rate of an upload; 0 sets none. */
  readonly uploadBytesPerSecond: number;
  /** Time over which that rate is measured. */
  readonly uploadWindowMs: number;
}

/** What a sender may take: a total time, or a rate. Only time in which the server waits for bytes counts. */
interface Allowance {
  /** Milliseconds left to wait for the next bytes. */
  left(): number;
  /** @param waitedMs how long these bytes were waited for */
  took(bytes: number, waitedMs: number): void;
}

/** The bytes of a request's body, taken off the connection as they are consumed. */
export class TimedBody {
  /** Fails with `request_timeout` when the sender is too slow. */
  readonly stream: Readable;
  #failure: Error | undefined;
  #failWait: (error: Error) => void = () => undefined;

  /** @param isUpload whether the body may take as long as it needs while it keeps the least rate */
  constructor(source: Readable, limits: BodyLimits, isUpload: boolean) {
    const allowance = isUpload ? leastRate(limits) : totalTime(limits.bodyTimeoutMs);
    this.stream = Readable.from(this.#chunks(source, allowance), { objectMode: false });
    // A body that nobody reads may fail too.
    this.stream.on('error', () => undefined);
  }

  /** Whether the rest is not waited for. */
  get hasFailed(): boolean {
    return this.#failure !== undefined;
  }

  /** Does not wait for more bytes. */
  fail(error: Error): void {
    this.#failure ??= error;
    this.#failWait(this.#failure);
  }

  async *#chunks(source: Readable, allowance: Allowance): AsyncGenerator<Buffer> {
    const chunks: AsyncIterator<Buffer | string> = source.iterator({ destroyOnReturn: false });
    for (;;) {
      const begunAt = performance.now();
      const next = await this.#inTime(() => chunks.next(), allowance.left());
      if (next.done) return;
      const chunk = Buffer.from(next.value);
      allowance.took(chunk.length, performance.now() - begunAt);
      yield chunk;
    }
  }

  #inTime<Item>(read: () => Promise<Item>, ms: number): Promise<Item> {
    if (this.#failure !== undefined) return Promise.reject(this.#failure);
    let timer: NodeJS.Timeout | undefined;
    let isWaiting = true;
    const item = new Promise<Item>((resolve, reject) => {
      this.#failWait = reject;
      const fail = () => this.fail(new AppError('request_timeout', { public: 'the body arrives too slowly' }));
      // Timers come before I/O: what arrived while the process was busy is read before this is decided.
      const decide = () => setImmediate(() => setImmediate(() => isWaiting && fail()));
      if (Number.isFinite(ms)) timer = setTimeout(decide, Math.max(0, ms));
      read().then(resolve, reject);
    });
    return item.finally(() => {
      isWaiting = false;
      clearTimeout(timer);
    });
  }
}

function totalTime(timeoutMs: number): Allowance {
  let left = timeoutMs;
  return {
    left: () => left,
    took: (_bytes, waitedMs) => {
      left -= waitedMs;
    },
  };
}

function leastRate({ uploadBytesPerSecond, uploadWindowMs }: BodyLimits): Allowance {
  if (uploadBytesPerSecond === 0) return { left: () => Number.POSITIVE_INFINITY, took: () => undefined };
  const least = (uploadBytesPerSecond * uploadWindowMs) / 1000;
  let waited = 0;
  let received = 0;
  return {
    left: () => uploadWindowMs - waited,
    took: (bytes, waitedMs) => {
      waited += waitedMs;
      received += bytes;
      if (received >= least) [waited, received] = [0, 0];
    },
  };
}
