import { Fifo } from '../kit/fifo.ts';
import { Turns } from '../kit/turns.ts';
import { AppError } from '../model/errors.ts';
import { watchQuery } from './query-metrics.ts';

/** Who goes first when all sessions are busy: pages that somebody waits for, then loads and exports. */
export type Priority = 'page' | 'bulk';

/** Whom a query is for. Those that wait take turns, so that nobody's many pages keep another's one waiting. */
export type Lane = string | number;

export interface Ticket {
  readonly priority: Priority;
  /** Pages without one share a lane of their own. */
  readonly lane?: Lane | undefined;
}

/** Takes the session; false where nobody waits for it any more. */
type Waiter<Session> = (session: Session) => boolean;

/**
 * Hands out a fixed number of engine sessions, one query each. Lanes take turns at pages; bulk work is first come, first
 * served, and never takes the last session, so that a page waits for other pages at most; and not for ever: an engine that hangs
 * must not gather all that is asked of it meanwhile.
 */
export class Gate<Session> {
  readonly #idle: Session[];
  readonly #size: number;
  readonly #pages = new Turns<Lane | undefined, Waiter<Session>>();
  readonly #bulk = new Fifo<Waiter<Session>>();
  readonly #longestWaitMs: number;
  #bulkRunning = 0;

  /** @param longestWaitMs after which a page is given up for which no session became free */
  constructor(sessions: readonly Session[], longestWaitMs: number) {
    this.#idle = [...sessions];
    this.#size = sessions.length;
    this.#longestWaitMs = longestWaitMs;
  }

  /** @throws AppError `unavailable` where a page has waited for too long */
  async run<Result>(ticket: Ticket, work: (session: Session) => Promise<Result>): Promise<Result> {
    const watch = watchQuery(ticket.priority);
    const session = await this.#acquire(ticket).catch((error: unknown) => {
      watch.gaveUp();
      throw error;
    });
    watch.begun();
    try {
      return await work(session);
    } catch (error) {
      watch.failed(error);
      throw error;
    } finally {
      watch.ended();
      if (ticket.priority === 'bulk') this.#bulkRunning -= 1;
      this.#idle.push(session);
      this.#dispatch();
    }
  }

  #acquire({ priority, lane }: Ticket): Promise<Session> {
    return new Promise((resolve, reject) => {
      if (priority === 'page') this.#pages.push(lane, this.#patientWaiter(resolve, reject));
      else {
        this.#bulk.push((session) => {
          resolve(session);
          return true;
        });
      }
      this.#dispatch();
    });
  }

  #patientWaiter(resolve: (session: Session) => void, reject: (error: AppError) => void): Waiter<Session> {
    let isWaiting = true;
    const timer = setTimeout(() => {
      isWaiting = false;
      reject(waitedInVain());
    }, this.#longestWaitMs);
    return (session) => {
      clearTimeout(timer);
      if (isWaiting) resolve(session);
      return isWaiting;
    };
  }

  #dispatch(): void {
    while (this.#idle.length > 0) {
      const page = this.#pages.shift();
      const next = page ?? (this.#mayRunBulk() ? this.#bulk.shift() : undefined);
      if (next === undefined) return;
      const session = this.#idle.pop() as Session;
      if (!next(session)) this.#idle.push(session);
      else if (page === undefined) this.#bulkRunning += 1;
    }
  }

  #mayRunBulk(): boolean {
    return this.#bulkRunning < Math.max(1, this.#size - 1);
  }
}

function waitedInVain(): AppError {
  const sentence = 'too many questions wait for the event store at the moment';
  return new AppError('unavailable', { public: sentence, retryAfterSeconds: 10 });
}
