/** Order of top lists: most requests first, ties by text as the engine sorts it. */
export function byRequests<Item>(requests: (item: Item) => number, text: (item: Item) => string) {
  return (left: Item, right: Item): number => requests(right) - requests(left) || compareText(text(left), text(right));
}

function compareText(left: string, right: string): number {
  if (left === right) return 0;
  return left < right ? -1 : 1;
}
