import type { z } from 'zod';

/** One setting of the server. */
export interface Option {
  /** The environment variable that sets it. */
  readonly variable: `BELFRY_${string}`;
  /** Reads the variable's text. */
  readonly schema: z.ZodType<unknown, string>;
  /** What holds while the variable is unset or empty, spelt as in the environment; null for no value at all. */
  readonly fallback: string | null;
  /** What it does, one sentence of Markdown for the documentation and `belfry config`. */
  readonly sentence: string;
  /** Never shown, neither by `belfry config` nor in a fault. */
  readonly secret?: true;
}
