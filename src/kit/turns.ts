import { Fifo } from './fifo.ts';

interface Lane<Key, Item> {
  readonly key: Key;
  readonly items: Fifo<Item>;
}

/**
 * Items that wait in lanes. Lanes take turns, one item each; within a lane the first come is the first out. However many
 * wait in one lane, an item in another waits for one of each lane at most, and for those before it in its own.
 */
export class Turns<Key, Item> {
  readonly #lanes = new Map<Key, Lane<Key, Item>>();
  /** Lanes that hold an item, each once, the next one first. */
  readonly #rotation = new Fifo<Lane<Key, Item>>();

  push(key: Key, item: Item): void {
    let lane = this.#lanes.get(key);
    if (lane === undefined) {
      lane = { key, items: new Fifo<Item>() };
      this.#lanes.set(key, lane);
      this.#rotation.push(lane);
    }
    lane.items.push(item);
  }

  shift(): Item | undefined {
    const lane = this.#rotation.shift();
    if (lane === undefined) return undefined;
    const item = lane.items.shift();
    if (lane.items.isEmpty) this.#lanes.delete(lane.key);
    else this.#rotation.push(lane);
    return item;
  }
}
