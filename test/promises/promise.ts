/** One promise of docs/promises.md. */
export interface PublicPromise {
  readonly id: `R${number}`;
  /** What is promised, for the person who runs or calls Belfry. */
  readonly claim: string;
  /** The figure it is held to, as the page shows it. */
  readonly figure: string;
  /** Measures it. Absent while nothing can. */
  readonly check?: (run: PromiseRun) => Promise<Outcome>;
  /** What keeps it from being measured, or from being measured in full. */
  readonly missing?: string;
  /** Why no share of it runs with the tests, where none does: mostly that the tests it counts run there anyway. */
  readonly noShare?: string;
}

/** How one check is run. */
export interface PromiseRun {
  /** `share`: a few seconds, with every run of the tests. `full`: the figure of the promise, by `npm run promises`. */
  readonly scale: Scale;
  /** An empty directory of its own, removed afterwards. */
  readonly directory: string;
  /** A line for the person who watches. */
  log(line: string): void;
}

export type Scale = 'share' | 'full';

export interface Outcome {
  readonly kept: boolean;
  /** What was seen, with its figures; one line. */
  readonly measured: string;
}

/** The value for a scale. */
export function atScale<Value>(run: PromiseRun, values: Readonly<Record<Scale, Value>>): Value {
  return values[run.scale];
}
