import fc from 'fast-check';
import { expect, test } from 'vitest';
import { cutAll } from '../../../test/format-harness.ts';
import { createRunFramer } from './run-framer.ts';

const STATUS = '{"message_type":"status","percent_done":0.5}';
const SUMMARY = '{"message_type":"summary","snapshot_id":"51c0ffee"}';
const EXIT = '{"message_type":"exit_error","code":1,"message":"Fatal: no"}';

/** Records with the number of their line, and how many lines there were. */
function read(input: string, windowBytes = 1_000_000) {
  const frames = cutAll(createRunFramer({ variant: 'run', context: '' }), Buffer.from(input), windowBytes);
  const text = frames.map(({ lines }) => Buffer.concat(lines).toString()).join('');
  const records = text.split('\n').flatMap((line, index) => (line === '' ? [] : [[index + 1, line.split('\x1e')]]));
  const count = frames.reduce((sum, frame) => sum + frame.records, 0);
  expect(count).toBe(records.length);
  expect(frames.reduce((sum, { lineCount }) => sum + lineCount, 0)).toBe(text.split('\n').length - 1);
  return records;
}

test.each([
  ['one run', `gone\n${STATUS}\n${STATUS}\n${SUMMARY}\n`, [[4, ['gone', SUMMARY]]]],
  [
    'two runs and a blank line',
    `${STATUS}\n${SUMMARY}\n\nb\r\n${EXIT}\r\n`,
    [
      [2, [SUMMARY]],
      [5, ['b', EXIT]],
    ],
  ],
  [
    'a run that was killed',
    `${SUMMARY}\n${STATUS}\n`,
    [
      [1, [SUMMARY]],
      [2, [STATUS]],
    ],
  ],
  ['a run that was killed after a message', `a\n${STATUS}\n`, [[2, ['a', STATUS]]]],
  ['text alone, without an end', 'Fatal: wrong password', [[1, ['Fatal: wrong password']]]],
  ['a byte order mark', `\ufeff${SUMMARY}\n`, [[1, [SUMMARY]]]],
])('%s', (_, input, records) => {
  for (const windowBytes of [1_000_000, 60, 7]) expect(read(input, windowBytes)).toEqual(records);
});

test('gives the same records whatever the windows', () => {
  const lines = fc.array(fc.constantFrom(STATUS, SUMMARY, EXIT, '', 'text', '{"message_type":"error","item":"x"}'));
  fc.assert(
    fc.property(lines, fc.integer({ min: 1, max: 200 }), (parts, size) => {
      const input = parts.map((part) => `${part}\n`).join('');
      expect(read(input, size)).toEqual(read(input));
    }),
  );
});
