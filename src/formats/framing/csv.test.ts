import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { cutAll } from '../../../test/format-harness.ts';
import { createCsvFramer } from './csv.ts';

function frame(input: string | Buffer, options: { header?: boolean; windowBytes?: number } = {}) {
  const framer = createCsvFramer({ variant: 'v', context: 'c', ...(options.header ? { header: true } : {}) });
  const frames = cutAll(framer, Buffer.from(input), options.windowBytes ?? 2 ** 25);
  let line = 0;
  const faults: { line: number; reason: string; text: string }[] = [];
  for (const cut of frames) {
    for (const fault of cut.faults) {
      faults.push({ line: line + fault.line, reason: fault.reason, text: fault.bytes.toString('latin1') });
    }
    line += cut.lineCount;
  }
  return {
    text: Buffer.concat(frames.flatMap(({ lines }) => [...lines])).toString('latin1'),
    records: frames.reduce((sum, cut) => sum + cut.records, 0),
    lineCount: line,
    faults,
  };
}

describe('createCsvFramer', () => {
  it('passes plain rows as they are, and counts lines and records', () => {
    expect(frame('"a","b"\n\n"c"\r\n\r\n"d"')).toEqual({
      text: '"a","b"\n\n"c"\r\n\r\n"d"\n',
      records: 3,
      lineCount: 5,
      faults: [],
    });
  });

  it('joins a record with line ends in quotes, and pads with empty lines', () => {
    expect(frame('"a","x\ny""z\n"\n"b"\n').text).toBe('"a","x\x1Eny""z\x1En"\n\n\n"b"\n');
  });

  it('escapes its own escape byte', () => {
    expect(frame('"a\x1Enb"\n').text).toBe('"a\x1Esnb"\n');
  });

  it('refuses a line whose quote is still open where the next record begins', () => {
    const { text, faults, records } = frame('"a","b\n"c","d"\n"e"\n');
    expect(text).toBe('\n"c","d"\n"e"\n');
    expect(records).toBe(2);
    expect(faults).toEqual([{ line: 0, reason: 'quote not closed before the next record', text: '"a","b' }]);
  });

  it('gives an open quote up after 200 lines, and at the end', () => {
    const many = frame(`"a\n${'x\n'.repeat(300)}`);
    expect(many.faults).toEqual([{ line: 0, reason: 'quote not closed within 200 lines', text: '"a' }]);
    expect(many.records).toBe(300);
    expect(many.lineCount).toBe(301);
    expect(frame('x\n"a\nb').faults).toEqual([
      { line: 1, reason: 'quote not closed before the end of the input', text: '"a' },
    ]);
  });

  it('refuses a line of more than 1 MiB and finds the next one, in windows of any size', () => {
    const input = `a\n${'x'.repeat(2_500_000)}\nb\n`;
    for (const windowBytes of [700, 1_500_000, 2 ** 25]) {
      const { text, faults, lineCount } = frame(input, { windowBytes });
      expect(text).toBe('a\n\nb\n');
      expect(lineCount).toBe(3);
      expect(faults.map(({ line, reason }) => ({ line, reason }))).toEqual([
        { line: 1, reason: 'line longer than 1 MiB' },
      ]);
    }
  });

  it('strips a byte order mark and empties a header', () => {
    const { text, records } = frame('\uFEFF"h1","h2"\r\n"a","b"\r\n', { header: true, windowBytes: 1 });
    expect(text).toBe('\n"a","b"\r\n');
    expect(records).toBe(1);
  });

  it('gives the same lines whatever the windows, one for each line of the input', () => {
    const piece = fc.constantFrom('"', '\n', ',', 'a', '\r\n', '"a","b"\n', '"a\n","b""\n"\n', '\x1E', '\0', ' ');
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 60 }), fc.integer({ min: 1, max: 20 }), (pieces, windowBytes) => {
        const input = Buffer.from(pieces.join(''), 'latin1');
        const whole = frame(input);
        expect(frame(input, { windowBytes })).toEqual(whole);
        const ends = input.filter((byte) => byte === 10).length;
        expect(whole.lineCount).toBe(ends + (input.length > 0 && input[input.length - 1] !== 10 ? 1 : 0));
        expect(whole.text.split('\n').length - 1).toBe(whole.lineCount);
        expect(whole.text.split('\n').filter((line) => line !== '' && line !== '\r')).toHaveLength(whole.records);
      }),
    );
  });
});
