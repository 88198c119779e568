import { isStoreTrouble } from '../../events/store-trouble.ts';

export interface Isolation<Item, Result> {
  /** @param isPart whether a run over more has failed */
  run(items: readonly Item[], isPart: boolean): Promise<Result>;
  /** Called for an item that failed although it was alone. */
  failed(item: Item, error: unknown): Promise<void>;
}

/**
 * Runs work over all items together. Where that fails, it runs over each half, and so on, until the item at fault is alone; all
 * others are worked on.
 *
 * @throws what was thrown because of the event store itself
 */
export async function isolate<Item, Result>(
  items: readonly Item[],
  isolation: Isolation<Item, Result>,
  isPart = false,
): Promise<Result[]> {
  const [first] = items;
  if (first === undefined) return [];
  try {
    return [await isolation.run(items, isPart)];
  } catch (error) {
    if (isStoreTrouble(error)) throw error;
    if (items.length === 1) {
      await isolation.failed(first, error);
      return [];
    }
    const middle = Math.ceil(items.length / 2);
    const halves = [items.slice(0, middle), items.slice(middle)];
    const results: Result[] = [];
    for (const half of halves) results.push(...(await isolate(half, isolation, true)));
    return results;
  }
}
