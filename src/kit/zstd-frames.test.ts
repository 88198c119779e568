import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { isWholeZstd } from './zstd-frames.ts';

let folder: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'belfry-zstd-'));
});

afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

/** What zstd makes of nothing. */
const EMPTY = Buffer.from('28b52ffd240001000099e9d851', 'hex');

async function isWhole(content: Buffer): Promise<boolean> {
  const path = join(folder, 'file.zst');
  writeFileSync(path, content);
  return isWholeZstd(path);
}

/** A frame without checksum, of one raw block. */
function rawFrame(text: string): Buffer {
  const content = Buffer.from(text);
  const block = Buffer.alloc(3);
  block.writeUIntLE((content.length << 3) | 1, 0, 3);
  return Buffer.concat([EMPTY.subarray(0, 4), Buffer.from([0x00, 0x58]), block, content]);
}

test('a whole file is told from one that is cut, wherever the cut is', async () => {
  for (const whole of [EMPTY, rawFrame('belfry'), Buffer.concat([rawFrame('one'), EMPTY])]) {
    expect(await isWhole(whole)).toBe(true);
  }
  for (const whole of [EMPTY, rawFrame('belfry')]) {
    for (let length = 0; length < whole.length; length += 1) {
      expect(await isWhole(whole.subarray(0, length)), `${length} bytes`).toBe(false);
    }
  }
});

test('what is no such file, or has something after it, is not whole', async () => {
  expect(await isWhole(Buffer.from('time,domain\n'))).toBe(false);
  expect(await isWhole(Buffer.concat([EMPTY, Buffer.from('\0')]))).toBe(false);
});
