import { gzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { unpack } from './unpack.ts';

const LINES = Buffer.from(
  Array.from({ length: 20_000 }, (_, line) => `line ${line} ${(line * 7919) % 1000}\n`).join(''),
);

async function* inChunks(bytes: Buffer, size: number): AsyncGenerator<Buffer> {
  for (let start = 0; start < bytes.length; start += size) yield bytes.subarray(start, start + size);
}

async function unpackAll(bytes: Buffer, chunkSize = 1000) {
  const unpacked = unpack(inChunks(bytes, chunkSize));
  const chunks: Buffer[] = [];
  for await (const chunk of unpacked.chunks) chunks.push(chunk);
  return { bytes: Buffer.concat(chunks), damage: unpacked.damage() };
}

describe('unpack', () => {
  test.each([1, 7, 1000, 1_000_000])('passes plain bytes on, in chunks of %i', async (size) => {
    const plain = LINES.subarray(0, 5000);
    expect(await unpackAll(plain, size)).toEqual({ bytes: plain, damage: undefined });
  });

  test('gives nothing for nothing', async () => {
    expect(await unpackAll(Buffer.alloc(0))).toEqual({ bytes: Buffer.alloc(0), damage: undefined });
  });

  test.each([1, 100, 1_000_000])('unpacks gzip, in chunks of %i', async (size) => {
    const { bytes, damage } = await unpackAll(gzipSync(LINES), size);
    expect(bytes.equals(LINES)).toBe(true);
    expect(damage).toBeUndefined();
  });

  test('unpacks several gzip members in a row', async () => {
    const members = [LINES.subarray(0, 1000), LINES.subarray(1000, 9000), LINES.subarray(9000)].map((part) =>
      gzipSync(part),
    );
    const { bytes, damage } = await unpackAll(Buffer.concat(members));
    expect(bytes.equals(LINES)).toBe(true);
    expect(damage).toBeUndefined();
  });

  test('gives what came before a truncation, and says so', async () => {
    const packed = gzipSync(LINES);
    const { bytes, damage } = await unpackAll(packed.subarray(0, packed.length / 2));
    expect(bytes.length).toBeGreaterThan(LINES.length / 4);
    expect(LINES.subarray(0, bytes.length).equals(bytes)).toBe(true);
    expect(damage?.reason).toContain('ends too early');
  });

  test('gives what came before damaged bytes, and says so', async () => {
    const packed = gzipSync(LINES, { level: 0 });
    const broken = Buffer.from(packed);
    broken.fill(0xff, packed.length - 200);
    const { bytes, damage } = await unpackAll(broken);
    expect(bytes.length).toBeGreaterThan(LINES.length / 2);
    expect(damage?.reason).toContain('damaged');
    expect(damage?.packedOffset).toBeGreaterThan(0);
  });
});
