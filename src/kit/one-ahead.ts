/**
 * The items of a source, in order; while one is worked on, the next is already being made. Whoever leaves early waits for the
 * one that is under way.
 */
export async function* oneAhead<Item>(source: AsyncIterable<Item>): AsyncGenerator<Item> {
  const items = source[Symbol.asyncIterator]();
  let next = items.next();
  try {
    for (;;) {
      const item = await next;
      if (item.done) return;
      next = items.next();
      // It is awaited in the next round; what it fails with is not lost, but it is not to be unheard until then.
      next.catch(() => undefined);
      yield item.value;
    }
  } finally {
    await next.catch(() => undefined);
    await items.return?.();
  }
}
