const FIRST_BYTES = 64 * 1024;

/** Bytes of one input with a window on what is not yet done with. */
export class Input {
  readonly #source: AsyncIterator<Buffer>;
  /** One buffer for all: a window that moves on by little costs no copy of the rest of it. */
  #buffer: Buffer = Buffer.alloc(0);
  #start = 0;
  #end = 0;
  #ended = false;

  constructor(source: AsyncIterable<Buffer>) {
    this.#source = source[Symbol.asyncIterator]();
  }

  /** No bytes follow those in the window. */
  get ended(): boolean {
    return this.#ended;
  }

  /**
   * Everything not yet taken, at least `size` bytes of it unless the input ends before. The bytes stand until the next call:
   * what is to outlive it must be copied.
   */
  async window(size: number): Promise<Buffer> {
    while (this.#end - this.#start < size && !this.#ended) {
      const next = await this.#source.next();
      if (next.done) this.#ended = true;
      else this.#append(next.value);
    }
    return this.#buffer.subarray(this.#start, this.#end);
  }

  /** Takes bytes off the front. */
  take(size: number): void {
    this.#start += size;
  }

  #append(chunk: Buffer): void {
    if (this.#end + chunk.length > this.#buffer.length) this.#makeRoom(chunk.length);
    this.#end += chunk.copy(this.#buffer, this.#end);
  }

  /** Moves what is held to the front, of a larger buffer where it fills more than half: so each byte is moved a few times at most. */
  #makeRoom(bytes: number): void {
    const held = this.#end - this.#start;
    const needed = 2 * (held + bytes);
    const target = needed > this.#buffer.length ? Buffer.allocUnsafeSlow(Math.max(needed, FIRST_BYTES)) : this.#buffer;
    this.#buffer.copy(target, 0, this.#start, this.#end);
    this.#buffer = target;
    this.#start = 0;
    this.#end = held;
  }
}
