import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Framer } from '../format.ts';
import { createJsonFramer } from './json.ts';

interface Output {
  readonly text: string;
  readonly lineCount: number;
  readonly records: number;
}

/** Everything the framer makes of an input that arrives in windows of at least `size` bytes. */
function read(input: string | Buffer, size = Number.POSITIVE_INFINITY, insideList = false): Output {
  const framer: Framer = createJsonFramer({ variant: 'v', context: '', insideList });
  const bytes = Buffer.from(input);
  const all = { text: '', lineCount: 0, records: 0 };
  let start = 0;
  for (let end = Math.min(size, bytes.length); start < bytes.length; end = Math.min(end + size, bytes.length)) {
    const frame = framer.cut(bytes.subarray(start, end), end === bytes.length);
    start += frame.consumed;
    all.text += Buffer.concat(frame.lines).toString();
    all.lineCount += frame.lineCount;
    all.records += frame.records;
  }
  return all;
}

describe('createJsonFramer', () => {
  it('passes one object a line as it is', () => {
    const input = '{"a": 1}\n{"b": "}{[\\""}\r\n\n{"c": 3}\n';
    expect(read(input)).toEqual({ text: '{"a": 1}\n{"b": "}{[\\""}\n\n{"c": 3}\n', lineCount: 4, records: 3 });
  });

  it('joins a pretty-printed array and keeps every object on the line where it begins', () => {
    const input =
      '[\r\n  {\r\n    "a": [\r\n      {"x": 1},\r\n      2\r\n    ]\r\n  },\r\n  {\r\n    "b": 2\r\n  }\r\n]\r\n';
    expect(read(input).text).toBe('\n{"a": [{"x": 1},2]}\n\n\n\n\n\n{"b": 2}\n\n\n\n');
    expect(read(input)).toMatchObject({ lineCount: 11, records: 2 });
  });

  it('reads objects that follow each other without separator, and catches up with line numbers', () => {
    const { text, records } = read('{"a":1}{"b":2}\n\n\n{"c":3}');
    expect(text).toBe('{"a":1}\n{"b":2}\n\n{"c":3}\n');
    expect(records).toBe(3);
  });

  it('reads an array on one line', () => {
    expect(read('[{"a":1},{"b":[]},{}]')).toEqual({ text: '{"a":1}\n{"b":[]}\n{}\n', lineCount: 3, records: 3 });
  });

  it('passes over what follows the list it began in', () => {
    const input = '{"a":[1]},\n{"b":2}\n],\n"rest": {"c":3}\n}\n';
    const whole = { text: '{"a":[1]}\n{"b":2}\n\n\n\n', lineCount: 5, records: 2 };
    for (const size of [1, 4, 100]) expect(read(input, size, true)).toEqual(whole);
  });

  it('strips a byte order mark at the start, in however small windows it comes', () => {
    const input = Buffer.from('\ufeff{"a":1}\n');
    expect(read(input).text).toBe('{"a":1}\n');
    expect(read(input, 1).text).toBe('{"a":1}\n');
    expect(read('\ufeff').records).toBe(0);
  });

  it('makes a record of whatever is no object', () => {
    const { text, records } = read('nonsense {"a":1}\r\n[1, "two"]\n{"b":2}\n');
    expect(text).toBe('nonsense {"a":1}\n1, "two"]\n{"b":2}\n');
    expect(records).toBe(3);
  });

  it('loses one record to a missing brace, not the rest', () => {
    const { text } = read('{\n  "a": {"x": 1\n}\n{\n  "b": 2\n}\n{"c": [1, {"y": 2\n{"d": 4}\n');
    expect(text.split('\n').filter((line) => line !== '')).toEqual([
      '{"a": {"x": 1}',
      '{"b": 2}',
      '{"c": [1, {"y": 2',
      '{"d": 4}',
    ]);
  });

  it('ends a damaged record at a line end inside a string and at a bracket that does not match', () => {
    const { text } = read('{"a": "cut\n{"b": 2]\n{"c": "end\\\n{"d": 4}\n');
    expect(text).toBe('{"a": "cut\n{"b": 2]\n{"c": "end\\\n{"d": 4}\n');
  });

  it('hands out an object that the input ends in', () => {
    expect(read('{"a":1}\n{"b": {\n"c"').text).toBe('{"a":1}\n{"b": {"c"\n');
  });

  it('takes absurd nesting for damage', () => {
    const { text, records } = read(`${'{"a":'.repeat(600)}1${'}'.repeat(600)}\n{"b":2}\n`);
    expect(records).toBe(3);
    expect(text.endsWith('\n{"b":2}\n')).toBe(true);
  });

  it('asks for a longer window inside an object', () => {
    const framer = createJsonFramer({ variant: 'v', context: '' });
    expect(framer.cut(Buffer.from('{"a": '), false)).toMatchObject({ consumed: 0, records: 0 });
    expect(framer.cut(Buffer.from('{"a": 1} {'), false)).toMatchObject({ consumed: 9, records: 1 });
  });

  const layouts = fc.constantFrom<(items: unknown[]) => string>(
    (items) => items.map((item) => `${JSON.stringify(item)}\n`).join(''),
    (items) => items.map((item) => JSON.stringify(item, null, 2)).join('\r\n'),
    (items) => items.map((item) => JSON.stringify(item)).join(''),
    (items) => JSON.stringify(items),
    (items) => JSON.stringify(items, null, 1).replaceAll('\n', '\r\n'),
    (items) => items.map((item) => JSON.stringify(item, null, '\t')).join(',\n'),
  );

  it('gives every object of every layout, whatever the windows', () => {
    const objects = fc.array(fc.dictionary(fc.string(), fc.jsonValue()));
    fc.assert(
      fc.property(objects, layouts, fc.integer({ min: 1, max: 40 }), (items, layOut, size) => {
        const whole = read(layOut(items));
        expect(
          whole.text
            .split('\n')
            .filter((line) => line !== '')
            .map((line) => JSON.parse(line)),
        ).toEqual(JSON.parse(JSON.stringify(items)));
        expect(whole.records).toBe(items.length);
        expect(read(layOut(items), size)).toEqual(whole);
      }),
    );
  });

  it('counts what it hands out, whatever the bytes', () => {
    const bytes = fc.array(
      fc.constantFrom('{', '}', '[', ']', '"', '\\', ',', ':', '\n', '\r', ' ', 'x', '\u0000', '1'),
    );
    fc.assert(
      fc.property(bytes, fc.integer({ min: 1, max: 9 }), (parts, size) => {
        const whole = read(parts.join(''));
        expect(whole.text.split('\n').length - 1).toBe(whole.lineCount);
        expect(whole.text.split('\n').filter((line) => line !== '').length).toBe(whole.records);
        expect(read(parts.join(''), size)).toEqual(whole);
      }),
      { numRuns: 1000 },
    );
  });
});
