import { describe, expect, test } from 'vitest';
import { rawQuery } from '../raw-query.ts';
import { deriveMomentKey, sealedMoments } from './moments.ts';
import { type PageAsked, pageOf, sortTexts } from './paging.ts';
import { flagOf, integerOf, uuidOf, wordsOf } from './parameters.ts';

const FIELDS = { timestamp_occured: 'lastEvent', priority: 'priority' } as const;
const moments = sealedMoments(deriveMomentKey(new Uint8Array(32)), 'test');
const asked = (query: object): PageAsked<string> => pageOf({ query: rawQuery(query), moments }, FIELDS);

describe('pageOf', () => {
  test.each([
    [{}, { number: 0, size: 20 }],
    [
      { page: '', size: ' ' },
      { number: 0, size: 20 },
    ],
    [
      { page: '3.0', size: '50.000' },
      { number: 3, size: 50 },
    ],
    [
      { page: '-1', size: '0' },
      { number: 0, size: 20 },
    ],
    [
      { page: '99999999999999999999', size: '1000000' },
      { number: 2 ** 31 - 1, size: 2000 },
    ],
    [{ page: ['1', '2'] }, { number: 2, size: 20, moment: undefined }],
    [{ moment: moments.write(7) }, { moment: 7 }],
  ])('reads %j', (query, expected) => {
    expect(asked(query)).toMatchObject(expected);
  });

  test.each([{ page: 'one' }, { page: '1e3' }, { size: '0x10' }, { size: '1,2' }, { moment: '-1' }, { page: '1\0' }])(
    'refuses %j',
    (query) => {
      expect(() => asked(query)).toThrowError(/^invalid value for/);
    },
  );

  test.each([
    [undefined, ['timestamp_occured,desc']],
    ['priority', ['priority,asc']],
    ['priority,DESC', ['priority,desc']],
    [' priority , desc ', ['priority,desc']],
    ['desc', ['timestamp_occured,desc']],
    ['asc', ['timestamp_occured,asc']],
    ['timestamp_occurred,asc', ['timestamp_occured,asc']],
    ['nonsense,asc', ['timestamp_occured,desc']],
    ['__proto__,asc', ['timestamp_occured,desc']],
    ['priority,timestamp_occured,desc', ['priority,desc', 'timestamp_occured,desc']],
    [
      ['priority,desc', 'timestamp_occured', 'priority,asc'],
      ['priority,desc', 'timestamp_occured,asc'],
    ],
  ])('sorts by %j', (sort, expected) => {
    expect(sortTexts(asked({ sort }))).toEqual(expected);
  });
});

describe('parameters', () => {
  test.each([
    ['True', true],
    ['FALSE ', false],
  ])('%s is a flag', (text, expected) => {
    expect(flagOf(rawQuery({ flag: text }), 'flag')).toBe(expected);
  });

  test('numbers beyond what can be told apart are the largest', () => {
    expect(integerOf(rawQuery({ n: '9'.repeat(400) }), 'n')).toBe(Number.MAX_SAFE_INTEGER);
    expect(integerOf(rawQuery({ n: `-${'9'.repeat(400)}` }), 'n')).toBe(Number.MIN_SAFE_INTEGER);
  });

  test('words come repeated, in commas, in any case, with blanks for underscores', () => {
    expect(wordsOf(rawQuery({ status: ['In Review,OPEN', 'closed', ','] }), 'status')).toEqual([
      'in_review',
      'open',
      'closed',
    ]);
  });

  test('a UUID is one in any case', () => {
    const id = '6BA7B810-9DAD-11D1-80B4-00C04FD430C8';
    expect(uuidOf(rawQuery({ id }), 'id')).toBe(id.toLowerCase());
    expect(() => uuidOf(rawQuery({ id: `{${id}}` }), 'id')).toThrowError(/must be a UUID/);
  });
});
