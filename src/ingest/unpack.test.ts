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
    // The first byte of a block, which says of what kind it is.
    broken.fill(0xff, 10 + 5 + 65_535 + 5 + 65_535);
    const { bytes, damage } = await unpackAll(broken);
    expect(bytes.length).toBeGreaterThan(100_000);
    expect(LINES.subarray(0, bytes.length).equals(bytes)).toBe(true);
    expect(damage?.reason).toContain('damaged');
    expect(damage?.packedOffset).toBeGreaterThan(100_000);
    expect(damage?.unpackedOffset).toBe(bytes.length);
  });

  const packed = gzipSync(LINES);
  const half = LINES.length / 2;
  const halves = [gzipSync(LINES.subarray(0, half)), gzipSync(LINES.subarray(half))] as const;

  test.each([
    ['zeros behind', [packed, Buffer.alloc(1000)], LINES],
    ['zeros between members', [halves[0], Buffer.alloc(7), halves[1]], LINES],
    ['an empty member', [halves[0], gzipSync(Buffer.alloc(0)), halves[1]], LINES],
    ['nothing but an empty member', [gzipSync(Buffer.alloc(0))], Buffer.alloc(0)],
    ['a name, a comment, more and a checksum in the header', [withLongHeader(packed)], LINES],
  ])('takes %s for good', async (_, parts, expected) => {
    for (const size of [61, 1_000_000]) {
      const { bytes, damage } = await unpackAll(Buffer.concat(parts), size);
      expect(bytes.equals(expected)).toBe(true);
      expect(damage).toBeUndefined();
    }
  });

  const trailer = packed.length - 8;
  test.each([
    ['rubbish behind the trailer', [packed, Buffer.from('rubbish')], packed.length, /followed by other bytes/],
    [
      'rubbish that looks like a header',
      [packed, Buffer.from('\x1f\x8b\x07rubbish', 'latin1')],
      packed.length,
      /method 7/,
    ],
    ['another checksum', [changed(packed, trailer)], trailer, /checksum is another/],
    ['another length', [changed(packed, trailer + 4)], trailer, /length is another/],
    ['no trailer', [packed.subarray(0, trailer)], trailer, /ends too early/],
    ['half a trailer', [packed.subarray(0, trailer + 5)], trailer, /ends too early/],
    ['half a header behind', [packed, packed.subarray(0, 5)], packed.length, /ends too early/],
  ])('loses nothing to %s, and says where it is', async (_, parts, packedOffset, reason) => {
    for (const size of [61, 1_000_000]) {
      const { bytes, damage } = await unpackAll(Buffer.concat(parts), size);
      expect(bytes.equals(LINES)).toBe(true);
      expect(damage).toEqual({ packedOffset, unpackedOffset: LINES.length, reason: expect.stringMatching(reason) });
    }
  });

  test('reads the members behind one whose checksum is wrong', async () => {
    const { bytes, damage } = await unpackAll(Buffer.concat([changed(halves[0], halves[0].length - 8), halves[1]]));
    expect(bytes.equals(LINES)).toBe(true);
    expect(damage).toMatchObject({ packedOffset: halves[0].length - 8, unpackedOffset: half });
  });

  test('gives a good member before one that is damaged, and that one as far as it goes', async () => {
    const second = Buffer.from(halves[1]);
    second.fill(0xff, Math.floor(second.length / 2));
    const { bytes, damage } = await unpackAll(Buffer.concat([halves[0], second]));
    expect(bytes.length).toBeGreaterThan(half);
    expect(bytes.subarray(0, half).equals(LINES.subarray(0, half))).toBe(true);
    expect(damage?.packedOffset).toBeGreaterThan(halves[0].length);
  });
});

function changed(bytes: Buffer, at: number): Buffer {
  const copy = Buffer.from(bytes);
  copy[at] = (copy[at] ?? 0) ^ 1;
  return copy;
}

/** The same data under a header that has all that a header may have. */
function withLongHeader(packed: Buffer): Buffer {
  const head = Buffer.from(packed.subarray(0, 10));
  head[3] = 0x02 | 0x04 | 0x08 | 0x10;
  const more = Buffer.concat([Buffer.from([5, 0]), Buffer.from('\0more')]);
  const texts = Buffer.from(`${'name'.repeat(200)}.log\0a comment\0`);
  return Buffer.concat([head, more, texts, Buffer.from([1, 2]), packed.subarray(10)]);
}
