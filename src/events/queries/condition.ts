import type { ParameterValue, QueryParameters } from '../parameters.ts';

/** A piece of SQL with the values of its `{name:Type}` places. */
export interface Condition {
  readonly sql: string;
  readonly parameters: QueryParameters;
}

/** Collects conditions that must all hold and gives each value a name of its own. */
export class Conditions {
  readonly #parts: string[] = [];
  readonly #parameters: Record<string, ParameterValue> = {};
  readonly #prefix: string;

  /** @param prefix keeps the names of two sets in one statement apart */
  constructor(prefix: string) {
    this.#prefix = prefix;
  }

  /** Registers a value and returns its place: `{f3:Array(String)}`. */
  bind(type: string, value: ParameterValue): string {
    const name = `${this.#prefix}${Object.keys(this.#parameters).length}`;
    this.#parameters[name] = value;
    return `{${name}:${type}}`;
  }

  add(sql: string): void {
    this.#parts.push(`(${sql})`);
  }

  build(): Condition {
    return { sql: this.#parts.length === 0 ? '1' : this.#parts.join(' AND '), parameters: this.#parameters };
  }
}
