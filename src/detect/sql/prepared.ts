/**
 * Expressions over an event's columns that conditions share, each computed once under a short name. The names hold in the
 * layer of a statement that is made with `definitions`.
 */
export class Prepared {
  readonly #prefix: string;
  readonly #names = new Map<string, string>();

  constructor(prefix: string) {
    this.#prefix = prefix;
  }

  /** The name of the expression. A bare column is its own name. */
  name(sql: string): string {
    if (/^\w+$/.test(sql)) return sql;
    const name = this.#names.get(sql) ?? `${this.#prefix}${this.#names.size}`;
    this.#names.set(sql, name);
    return name;
  }

  /** `lower(url) AS p0`, in the order they were first asked for. */
  definitions(): string[] {
    return [...this.#names].map(([sql, name]) => `${sql} AS ${name}`);
  }

  /** The names that `definitions` defines. */
  names(): string[] {
    return [...this.#names.values()];
  }
}

/** Gives expressions names, or leaves them as they are. */
export type Naming = Pick<Prepared, 'name'>;

/** For expressions that stand alone: nothing is shared, nothing must be defined. */
export const INLINE: Naming = { name: (sql) => sql };
