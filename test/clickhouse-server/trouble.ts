/** What a server may be told to do wrong with a request. */
export type Trouble =
  /** Never answers. */
  | { readonly kind: 'hang' }
  /** Does what it is asked, so many milliseconds later. */
  | { readonly kind: 'late'; readonly ms: number }
  /** Does nothing and answers with this exception. */
  | { readonly kind: 'refuse'; readonly code: number; readonly name: string; readonly text?: string }
  /** Closes the connection after so many bytes of the request's body, and does nothing. */
  | { readonly kind: 'break-request'; readonly bytes: number }
  /** Closes the connection after so many bytes of the answer. */
  | { readonly kind: 'break-answer'; readonly bytes: number }
  /** Closes the connection as if it had been idle for too long: the statement is not run. */
  | { readonly kind: 'stale' }
  /** Does what it is asked and closes the connection instead of telling. */
  | { readonly kind: 'forget' }
  /** Answers as something that is no ClickHouse. */
  | { readonly kind: 'stranger'; readonly status: number; readonly body: string };

interface Planned {
  readonly statement: RegExp;
  readonly trouble: Trouble;
  left: number;
}

/** Troubles that wait for their statement. */
export class Troubles {
  #planned: Planned[] = [];

  /** @param times how many statements that match it meets */
  plan(statement: RegExp, trouble: Trouble, times = 1): void {
    this.#planned.push({ statement, trouble, left: times });
  }

  clear(): void {
    this.#planned = [];
  }

  take(statement: string): Trouble | undefined {
    const next = this.#planned.find((planned) => planned.left > 0 && planned.statement.test(statement));
    if (next !== undefined) next.left -= 1;
    return next?.trouble;
  }
}
