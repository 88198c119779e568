/** SQL for the first of these texts that is not empty. */
export function firstOf(...texts: readonly string[]): string {
  return `arrayFirst(x -> x != '', [${texts.join(', ')}])`;
}
