interface Entry<Item> {
  readonly item: Item;
  next: Entry<Item> | undefined;
}

/** First in, first out, in the same time however many wait: an array moves all of them when the first one leaves. */
export class Fifo<Item> {
  #first: Entry<Item> | undefined;
  #last: Entry<Item> | undefined;

  get isEmpty(): boolean {
    return this.#first === undefined;
  }

  push(item: Item): void {
    const entry: Entry<Item> = { item, next: undefined };
    if (this.#last === undefined) this.#first = entry;
    else this.#last.next = entry;
    this.#last = entry;
  }

  shift(): Item | undefined {
    const entry = this.#first;
    if (entry === undefined) return undefined;
    this.#first = entry.next;
    if (this.#first === undefined) this.#last = undefined;
    return entry.item;
  }
}
