import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Framer } from '../format.ts';
import { createJsonFramer } from './json.ts';
import type { ListNames } from './json-lists.ts';

interface Output {
  readonly text: string;
  readonly lineCount: number;
  readonly records: number;
}

/** Everything the framer makes of an input that arrives in windows of at least `size` bytes. */
function read(input: string | Buffer, size = Number.POSITIVE_INFINITY, lists?: ListNames): Output {
  const framer: Framer = createJsonFramer({ variant: 'v', context: '', ...(lists && { lists }) });
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

  describe('with lists in wrapping objects', () => {
    const items = { members: ['items', 'more'], depth: 2 };
    const recordsOf = (input: string, size?: number) =>
      read(input, size, items)
        .text.split('\n')
        .filter((line) => line !== '');

    it.each([
      [
        'the items of one list',
        '{"x":[1],"items":[{"a":[1]},\n{"b":2}\n],\n"rest":{"c":3}\n}\n',
        ['{"a":[1]}', '{"b":2}'],
      ],
      [
        'those of every document',
        '{"items":[{"a":1}]}\n{"items":[{"b":2},{"c":3}]}',
        ['{"a":1}', '{"b":2}', '{"c":3}'],
      ],
      ['those of documents that touch', '{"items":[{"a":1}]}{"items":[{"b":2}]}', ['{"a":1}', '{"b":2}']],
      ['several lists of one document', '{"items":[{"a":1}],"y":0,"more":[{"b":2}]}', ['{"a":1}', '{"b":2}']],
      ['an object without a list', '{"items":[{"a":1}]} {"items":5} {"b":2}', ['{"a":1}', '{"items":5}', '{"b":2}']],
      ['documents in a list', '[{"items":[{"a":1}]},{"items":[{"b":2}]}]', ['{"a":1}', '{"b":2}']],
      ['a list one object deeper', '{"x":{"items":[{"a":1}]},"z":1}{"b":2}', ['{"a":1}', '{"b":2}']],
      ['no list that is deeper still', '{"x":{"y":{"items":[]}}}', ['{"x":{"y":{"items":[]}}}']],
      [
        'what follows a document cut off in its list',
        '{"items":[{"a":1},\n{"items":[{"b":2}]}',
        ['{"a":1}', '{"b":2}'],
      ],
      ['what follows one cut off behind its list', '{"items":[{"a":1}],\n{"items":[{"b":2}]}', ['{"a":1}', '{"b":2}']],
      ...['', '\n'].map((joint): [string, string, string[]] => [
        `what follows one cut off at a colon behind its list and ${JSON.stringify(joint)}`,
        `{"items":[{"a":1}],"next":${joint}{"items":[{"b":2}]}\n{"items":[{"c":3}]}`,
        ['{"a":1}', '{"b":2}', '{"c":3}'],
      ]),
      ['a string that is cut off', '{"items":[{"a":1}],"k\n{"items":[{"b":2}]}', ['{"a":1}', '"k', '{"b":2}']],
      ['a string that the input ends in', '{"items":[{"a":1}],"kin', ['{"a":1}', '"kin']],
      ['damage between the items', '{"items":[17, {"a":1}]\n, "z":1}\n{"b":2}', ['17, {"a":1}]', '"z":1}', '{"b":2}']],
      ['byte order marks between documents', '{"items":[{"a":1}]}\n\ufeff{"items":[{"b":2}]}', ['{"a":1}', '{"b":2}']],
    ])('gives %s', (_, input, records) => {
      for (const size of [1, 4, 11, 1000]) expect(recordsOf(input, size)).toEqual(records);
    });

    it('keeps line numbers', () => {
      const input = '{\n"items":[\n{"a":1},\n{"b":2}\n],\n"rest": {"c":3}\n}\n{\n"items": [{"d":4}]}\n';
      for (const size of [1, 4, 1000])
        expect(read(input, size, items)).toEqual({
          text: '\n\n{"a":1}\n{"b":2}\n\n\n\n\n{"d":4}\n',
          lineCount: 9,
          records: 3,
        });
    });

    it('ends a frame where the next document has another context', () => {
      const framer = createJsonFramer({
        variant: 'v',
        context: '',
        lists: items,
        contextOf: (document) => /"of":"(\w+)"/.exec(document.toString())?.[1] ?? '',
      });
      const input = Buffer.from(
        '{"items":[{"a":1}],"of":"x"}\n{"items":[{"b":2}],"of":"x"}\n{"items":[{"c":3}],"of":"y"}',
      );
      const first = framer.cut(input, true);
      expect(first).toMatchObject({ records: 2, context: 'x' });
      expect(framer.cut(input.subarray(first.consumed), true)).toMatchObject({ records: 1, context: 'y' });
    });
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

  it('takes a row of opening braces for one piece of damage', () => {
    for (const size of [1, 3, 1000]) {
      expect(read(`${'{'.repeat(9)}"a":1}\n{"b":2}\n`, size).text).toBe(`${'{'.repeat(8)}\n{"a":1}\n{"b":2}\n`);
      expect(read(`[${'{'.repeat(9)}`, size)).toMatchObject({ text: `${'{'.repeat(9)}\n`, records: 1 });
    }
  });

  it('ends a frame after 8 MB, or after many separators, where a record or a line begins', () => {
    const record = `${JSON.stringify({ a: 'x'.repeat(1000) })}\n`;
    const whole = Buffer.from(record.repeat(12_000));
    const frame = createJsonFramer({ variant: 'v', context: '' }).cut(whole, true);
    expect(frame.consumed).toBeGreaterThanOrEqual(8 * 2 ** 20);
    expect(frame.consumed).toBeLessThan(9 * 2 ** 20);
    expect(read(whole)).toMatchObject({ records: 12_000, lineCount: 12_000 });
    expect(read(' ,\n'.repeat(1_000_000))).toMatchObject({ records: 0, lineCount: 1_000_000 });
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
        const listed = read(`{"x":[${parts.join('')}`, Number.POSITIVE_INFINITY, { members: ['x'], depth: 1 });
        expect(listed.text.split('\n').length - 1).toBe(listed.lineCount);
        expect(read(`{"x":[${parts.join('')}`, size, { members: ['x'], depth: 1 })).toEqual(listed);
      }),
      { numRuns: 1000 },
    );
  });
});
