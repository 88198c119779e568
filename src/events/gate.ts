import { Fifo } from '../kit/fifo.ts';
import { Turns } from '../kit/turns.ts';
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

type Waiter<Session> = (session: Session) => void;

/**
 * Hands out a fixed number of engine sessions, one query each. Lanes take turns at pages; bulk work is first come, first
 * served, and never takes the last session, so that a page waits for other pages at most.
 */
export class Gate<Session> {
  readonly #idle: Session[];
  readonly #size: number;
  readonly #pages = new Turns<Lane | undefined, Waiter<Session>>();
  readonly #bulk = new Fifo<Waiter<Session>>();
  #bulkRunning = 0;

  constructor(sessions: readonly Session[]) {
    this.#idle = [...sessions];
    this.#size = sessions.length;
  }

  async run<Result>(ticket: Ticket, work: (session: Session) => Promise<Result>): Promise<Result> {
    const watch = watchQuery(ticket.priority);
    const session = await this.#acquire(ticket);
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
    return new Promise((resolve) => {
      if (priority === 'page') this.#pages.push(lane, resolve);
      else this.#bulk.push(resolve);
      this.#dispatch();
    });
  }

  #dispatch(): void {
    while (this.#idle.length > 0) {
      const page = this.#pages.shift();
      const next = page ?? (this.#mayRunBulk() ? this.#bulk.shift() : undefined);
      if (next === undefined) return;
      if (page === undefined) this.#bulkRunning += 1;
      next(this.#idle.pop() as Session);
    }
  }

  #mayRunBulk(): boolean {
    return this.#bulkRunning < Math.max(1, this.#size - 1);
  }
}
