/** Bytes of a packed input, taken off the front as its parts are read. */
export class PackedInput {
  readonly #source: AsyncIterator<Buffer>;
  #pending: Buffer = Buffer.alloc(0);
  #offset = 0;

  constructor(source: AsyncIterable<Buffer>) {
    this.#source = source[Symbol.asyncIterator]();
  }

  /** Bytes taken. */
  get offset(): number {
    return this.#offset;
  }

  /** The next bytes, at least `size` of them unless the input ends before. They are not taken. */
  async peek(size: number): Promise<Buffer> {
    while (this.#pending.length < size) {
      const next = await this.#source.next();
      if (next.done) break;
      this.#pending = this.#pending.length === 0 ? next.value : Buffer.concat([this.#pending, next.value]);
    }
    return this.#pending;
  }

  take(size: number): void {
    this.#pending = this.#pending.subarray(size);
    this.#offset += size;
  }
}
