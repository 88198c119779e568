import type { Damage } from './damage.ts';
import { gunzip, isGzip } from './gunzip.ts';

export interface Unpacked {
  readonly chunks: AsyncIterable<Buffer>;
  /** The first damage; known once `chunks` has ended. */
  damage(): Damage | undefined;
}

/** Plain or gzip (by its magic bytes, several members in a row too) → plain bytes. Damage ends the bytes, it does not throw. */
export function unpack(source: AsyncIterable<Buffer>): Unpacked {
  const state: { damage?: Damage } = {};
  const report = (damage: Damage) => {
    state.damage ??= damage;
  };
  return { chunks: unpackChunks(source, report), damage: () => state.damage };
}

async function* unpackChunks(source: AsyncIterable<Buffer>, report: (damage: Damage) => void): AsyncGenerator<Buffer> {
  const input = source[Symbol.asyncIterator]();
  const head = await readHead(input);
  if (head.length === 0) return;
  const all = prepend(head, input);
  if (isGzip(head)) yield* gunzip(all, report);
  else yield* all;
}

/** The first chunks until there are two bytes to look at. */
async function readHead(input: AsyncIterator<Buffer>): Promise<Buffer> {
  let head: Buffer = Buffer.alloc(0);
  while (head.length < 2) {
    const next = await input.next();
    if (next.done) return head;
    head = head.length === 0 ? next.value : Buffer.concat([head, next.value]);
  }
  return head;
}

async function* prepend(head: Buffer, rest: AsyncIterator<Buffer>): AsyncGenerator<Buffer> {
  yield head;
  for (let next = await rest.next(); !next.done; next = await rest.next()) yield next.value;
}
