/** Who goes first when all sessions are busy: pages that somebody waits for, then loads and exports. */
export type Priority = 'page' | 'bulk';

/**
 * Hands out a fixed number of engine sessions, one query each. Bulk work never takes the last session, so that a page
 * waits for other pages at most.
 */
export class Gate<Session> {
  readonly #idle: Session[];
  readonly #size: number;
  readonly #waiting: Record<Priority, ((session: Session) => void)[]> = { page: [], bulk: [] };
  #bulkRunning = 0;

  constructor(sessions: readonly Session[]) {
    this.#idle = [...sessions];
    this.#size = sessions.length;
  }

  async run<Result>(priority: Priority, work: (session: Session) => Promise<Result>): Promise<Result> {
    const session = await this.#acquire(priority);
    try {
      return await work(session);
    } finally {
      if (priority === 'bulk') this.#bulkRunning -= 1;
      this.#idle.push(session);
      this.#dispatch();
    }
  }

  #acquire(priority: Priority): Promise<Session> {
    return new Promise((resolve) => {
      this.#waiting[priority].push(resolve);
      this.#dispatch();
    });
  }

  #dispatch(): void {
    while (this.#idle.length > 0) {
      const page = this.#waiting.page.shift();
      const next = page ?? (this.#mayRunBulk() ? this.#waiting.bulk.shift() : undefined);
      if (next === undefined) return;
      if (page === undefined) this.#bulkRunning += 1;
      next(this.#idle.pop() as Session);
    }
  }

  #mayRunBulk(): boolean {
    return this.#bulkRunning < Math.max(1, this.#size - 1);
  }
}
