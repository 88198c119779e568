import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openRowStore, type RowStore } from '../../test/sigma/event-rows.ts';
import { sqlText } from '../kit/sql-literals.ts';
import { checkRegex } from './regex.ts';

let rows: RowStore;
beforeAll(async () => {
  rows = await openRowStore();
});
afterAll(() => rows?.close());

const accepts = (source: string) =>
  rows.store.query(`SELECT match(materialize('a'), ${sqlText(source)}) AS m`).then(
    () => true,
    () => false,
  );

describe('a regular expression', () => {
  it('that passes the check is one that the event store takes', async () => {
    const pieces = fc.constantFrom(
      'a',
      '.',
      '^',
      '$',
      '(',
      ')',
      '(?:',
      '(?i)',
      '(?P<n>',
      '(?s:',
      '[',
      '[^',
      ']',
      '-',
      'z',
      '\\d',
      '\\b',
      '\\x41',
      '\\.',
      '\\\\',
      '\\pL',
      '\\e',
      '\\Z',
      '\\1',
      '*',
      '+',
      '?',
      '{2}',
      '{2,}',
      '{1,3}',
      '{900}',
      '{',
      '}',
      '|',
      '[:alpha:]',
      '\\n',
      'é',
      '\\Q',
      '"',
      '/',
      '(?=',
    );
    const passed = { count: 0 };
    await fc.assert(
      fc.asyncProperty(fc.array(pieces, { minLength: 1, maxLength: 8 }), async (all) => {
        const source = all.join('');
        if (checkRegex(source) !== undefined) return;
        passed.count += 1;
        expect(await accepts(source), source).toBe(true);
      }),
      { numRuns: 1500 },
    );
    expect(passed.count).toBeGreaterThan(100);
  });

  it.each([
    '^C:\\\\Users\\\\[^\\\\]+\\\\NTUSER\\.DAT$',
    '\\s-k\\s',
    '(?i)\\.exe[\\"\']?\\s+[^\\"]{0,64}x\\d{2,10}',
    '.{150}',
    '[a-zA-Z0-9+/]{20,}={0,2}',
    '(?P<x>a|b)+?',
    '[]a]',
    '[\\w.-]+@',
    '\\x{1F600}',
    'a{,3}',
  ])('as rules have it passes: %s', async (source) => {
    expect(checkRegex(source)).toBeUndefined();
    expect(await accepts(source)).toBe(true);
  });
});
