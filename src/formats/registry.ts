import type { Format } from './format.ts';

/** Every format Belfry reads. One line each; the contract suite runs over this list. */
export const FORMATS: readonly Format[] = [];

export function formatByName(name: string): Format | undefined {
  return FORMATS.find((format) => format.name === name);
}
