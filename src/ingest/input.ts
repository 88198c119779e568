/** Bytes of one input with a window on what is not yet done with. */
export class Input {
  readonly #source: AsyncIterator<Buffer>;
  #pending: Buffer[] = [];
  #pendingBytes = 0;
  #ended = false;

  constructor(source: AsyncIterable<Buffer>) {
    this.#source = source[Symbol.asyncIterator]();
  }

  /** No bytes follow those in the window. */
  get ended(): boolean {
    return this.#ended;
  }

  /** Everything not yet taken, at least `size` bytes of it unless the input ends before. */
  async window(size: number): Promise<Buffer> {
    while (this.#pendingBytes < size && !this.#ended) {
      const next = await this.#source.next();
      if (next.done) {
        this.#ended = true;
      } else if (next.value.length > 0) {
        this.#pending.push(next.value);
        this.#pendingBytes += next.value.length;
      }
    }
    const [only] = this.#pending;
    const window = this.#pending.length === 1 && only !== undefined ? only : Buffer.concat(this.#pending);
    this.#pending = [window];
    return window;
  }

  /** Takes bytes off the front. */
  take(size: number): void {
    const [window] = this.#pending;
    if (window === undefined) return;
    this.#pending = [window.subarray(size)];
    this.#pendingBytes -= size;
  }
}
