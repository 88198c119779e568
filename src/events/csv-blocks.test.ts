import fc from 'fast-check';
import { expect, test } from 'vitest';
import { csvBlocks } from './csv-blocks.ts';

const TAG = 'FoObArBaZqUx0123';
const MARKED = `\r\n__exception__\r\n${TAG}\r\nCode: 395. DB::Exception: boom. (FUNCTION_THROW_IF_VALUE_IS_NON_ZERO) (version 26.7.2.1 (official build))\n112 ${TAG}\r\n__exception__\r\n`;
const PLAIN =
  'Code: 395. DB::Exception: boom. (FUNCTION_THROW_IF_VALUE_IS_NON_ZERO) (version 25.3.2.39 (official build))\n';

/** The answer in pieces of these lengths, and what is left in one. */
async function* pieces(answer: string, lengths: readonly number[]): AsyncGenerator<Uint8Array> {
  let bytes: Uint8Array = Buffer.from(answer);
  for (const length of lengths) {
    yield bytes.subarray(0, length);
    bytes = bytes.subarray(length);
  }
  yield bytes;
}

async function read(answer: string, lengths: readonly number[] = [], tag: string | null = TAG) {
  const read = { rows: 0, texts: [] as string[] };
  for await (const { rows, bytes } of csvBlocks(pieces(answer, lengths), tag ?? undefined)) {
    read.rows += rows;
    read.texts.push(Buffer.from(bytes).toString());
  }
  return read;
}

test('cuts at ends of rows, wherever the pieces are cut, and counts them', async () => {
  const cell = fc.string({ unit: fc.constantFrom('"', '\n', '\r', ',', 'a', 'é', '\\') });
  const rows = fc.array(fc.array(cell, { minLength: 1, maxLength: 3 }), { maxLength: 20 });
  await fc.assert(
    fc.asyncProperty(rows, fc.array(fc.nat(30)), fc.constantFrom('\n', '\r\n'), async (table, lengths, end) => {
      const lines = table.map((cells) => cells.map((text) => `"${text.replaceAll('"', '""')}"`).join(',') + end);
      const result = await read(lines.join(''), lengths);
      expect(result.rows).toBe(lines.length);
      expect(result.texts.join('')).toBe(lines.join(''));
      let from = 0;
      for (const text of result.texts) {
        let whole = '';
        while (whole.length < text.length) whole += lines[from++];
        expect(whole).toBe(text);
      }
    }),
  );
});

test.each([
  ['with marks', MARKED, TAG],
  ['without marks', PLAIN, null],
])('throws an exception that came late, %s, wherever the rows stopped', async (_, exception, tag) => {
  for (const before of ['', '1,"a"\n', '1,"a"\n2,"b', '1,"a"\n2,"b""', '1,"a"\n2']) {
    for (const lengths of [[], [3, 10, 50], Array<number>(300).fill(1)]) {
      await expect(read(before + exception, lengths, tag), JSON.stringify(before)).rejects.toMatchObject({
        code: '395',
        type: 'FUNCTION_THROW_IF_VALUE_IS_NON_ZERO',
        message: expect.stringContaining('boom'),
      });
    }
  }
});

test('a cell that tells of an exception is a cell', async () => {
  expect(await read(`"${PLAIN}"\n`, [], null)).toMatchObject({ rows: 1 });
  expect(await read(`"${MARKED}"\n`)).toMatchObject({ rows: 1 });
});

test('an answer that ends within a row was cut short', async () => {
  for (const answer of ['1', '1,"a"\n2', '1,"a"\n2,"b\n"', '"'])
    await expect(read(answer)).rejects.toThrow('cut short');
});
