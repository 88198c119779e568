/**
 * A bounded queue of lanes that take turns, one item each. When it is full, the longest lane loses its newest item: many items
 * of one lane never keep an item of another lane out.
 */
export class FairQueue<Item> {
  readonly #capacity: number;
  /** In the order of their turns; no lane is empty. */
  readonly #lanes = new Map<string, Item[]>();
  #size = 0;

  constructor(capacity: number) {
    this.#capacity = capacity;
  }

  get size(): number {
    return this.#size;
  }

  /** Adds an item; answers the item that had to leave, which may be the same one. */
  push(lane: string, item: Item): Item | undefined {
    const items = this.#lanes.get(lane);
    if (items === undefined) this.#lanes.set(lane, [item]);
    else items.push(item);
    this.#size += 1;
    return this.#size > this.#capacity ? this.#dropFromLongest() : undefined;
  }

  shift(): Item | undefined {
    const [next] = this.#lanes;
    if (next === undefined) return undefined;
    const [lane, items] = next;
    const item = items.shift();
    this.#size -= 1;
    this.#lanes.delete(lane);
    if (items.length > 0) this.#lanes.set(lane, items);
    return item;
  }

  #dropFromLongest(): Item | undefined {
    let longest: [string, Item[]] | undefined;
    for (const entry of this.#lanes) {
      if (longest === undefined || entry[1].length >= longest[1].length) longest = entry;
    }
    if (longest === undefined) return undefined;
    const [lane, items] = longest;
    const item = items.pop();
    this.#size -= 1;
    if (items.length === 0) this.#lanes.delete(lane);
    return item;
  }
}
