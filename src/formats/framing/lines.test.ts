import fc from 'fast-check';
import { describe, expect, it, test } from 'vitest';
import { type Frame, type Framer, MAX_FRAME_LINES } from '../format.ts';
import { createCsvFramer } from './csv.ts';
import { createJsonFramer } from './json.ts';
import { createLineFramer } from './lines.ts';

const OPTIONS = { variant: 'v', context: 'c' };

function text(frame: Frame): string {
  return Buffer.concat(frame.lines).toString('latin1');
}

/** Everything a framer makes of an input that arrives in windows of at least `size` bytes. */
function readAll(framer: Framer, input: Buffer, size: number): { text: string; lineCount: number; records: number } {
  const all = { text: '', lineCount: 0, records: 0 };
  let start = 0;
  for (let end = Math.min(size, input.length); start < input.length; end = Math.min(end + size, input.length)) {
    const frame = framer.cut(input.subarray(start, end), end === input.length);
    start += frame.consumed;
    all.text += text(frame);
    all.lineCount += frame.lineCount;
    all.records += frame.records;
  }
  return all;
}

describe('createLineFramer', () => {
  it('stops at the last newline of the window', () => {
    const frame = createLineFramer(OPTIONS).cut(Buffer.from('one\ntwo\nthr'), false);
    expect(text(frame)).toBe('one\ntwo\n');
    expect(frame).toMatchObject({ consumed: 8, lineCount: 2, records: 2, variant: 'v', context: 'c', faults: [] });
  });

  it('asks for a longer window when there is no newline', () => {
    expect(createLineFramer(OPTIONS).cut(Buffer.from('one'), false)).toMatchObject({ consumed: 0, lineCount: 0 });
  });

  it('ends the last line of the input', () => {
    const frame = createLineFramer(OPTIONS).cut(Buffer.from('one\ntwo'), true);
    expect(text(frame)).toBe('one\ntwo\n');
    expect(frame).toMatchObject({ consumed: 7, lineCount: 2, records: 2 });
  });

  it('counts empty lines and lone carriage returns as lines but not as records', () => {
    const frame = createLineFramer(OPTIONS).cut(Buffer.from('\none\r\n\r\n \ntwo\n'), true);
    expect(frame).toMatchObject({ lineCount: 5, records: 3 });
  });

  it('strips a byte order mark at the very start only', () => {
    const framer = createLineFramer(OPTIONS);
    const frame = framer.cut(Buffer.from('\ufeffone\n'), false);
    expect(text(frame)).toBe('one\n');
    expect(frame.consumed).toBe(7);
    expect(framer.cut(Buffer.from('\ufefftwo\n'), true).records).toBe(1);
    expect(text(framer.cut(Buffer.from('\ufefftwo\n'), true))).toBe(Buffer.from('\ufefftwo\n').toString('latin1'));
    expect(createLineFramer(OPTIONS).cut(Buffer.from('\ufeff'), true)).toMatchObject({ consumed: 3, lineCount: 0 });
  });

  it('empties comments and keeps their line numbers', () => {
    const framer = createLineFramer({ ...OPTIONS, isComment: (byte) => byte === 0x23 });
    const frame = framer.cut(Buffer.from('#a\r\none\n#b\n#c\ntwo\n#d'), true);
    expect(text(frame)).toBe('\none\n\n\ntwo\n\n');
    expect(frame).toMatchObject({ consumed: 20, lineCount: 6, records: 2 });
  });

  it('gives the same lines whatever the windows', () => {
    const line = fc.constantFrom('', '\r', '# note', 'plain', 'caf\u00e9\r', '\u0000', ' ');
    fc.assert(
      fc.property(fc.array(line), fc.boolean(), fc.integer({ min: 1, max: 9 }), (lines, closed, size) => {
        const input = Buffer.from(lines.join('\n') + (closed ? '\n' : ''));
        const make = () => createLineFramer({ ...OPTIONS, isComment: (byte) => byte === 0x23 });
        const whole = readAll(make(), input, input.length + 1);
        expect(readAll(make(), input, size)).toEqual(whole);
        expect(whole.lineCount).toBe(whole.text.split('\n').length - 1);
        expect(whole.records).toBe(whole.text.split('\n').filter((kept) => !/^\r?$/.test(kept)).length);
      }),
    );
  });
});

test.each([createLineFramer, createCsvFramer, createJsonFramer])('%o gives at most so many lines at once', (create) => {
  const window = Buffer.alloc(MAX_FRAME_LINES + 10, '\n');
  expect(create(OPTIONS).cut(window, true)).toMatchObject({ consumed: MAX_FRAME_LINES, lineCount: MAX_FRAME_LINES });
});
