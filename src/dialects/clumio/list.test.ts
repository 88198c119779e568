import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { rawQuery } from '../kit/raw-query.ts';
import { formatInstant, parseInstant } from './instant.ts';
import { listBody } from './list.ts';
import { readPage, toRows } from './paging.ts';

const page = (query: object) => readPage(rawQuery(query));

describe('a page', () => {
  test('is the first of twenty items where the request says nothing, in any of the ways clients do that', () => {
    for (const query of [{}, { limit: '0', start: '' }, { limit: '', start: '' }, { start: '0' }]) {
      expect(page(query)).toEqual({ limit: 20, number: 1 });
    }
  });

  test('holds what was asked for, up to 10,000 items', () => {
    expect(page({ limit: '10000', start: '3' })).toEqual({ limit: 10_000, number: 3 });
    expect(page({ limit: '10001' }).limit).toBe(10_000);
    expect(toRows(page({ limit: '7', start: '3' }))).toEqual({ limit: 7, offset: 14 });
  });

  test.each([{ limit: '-1' }, { limit: 'ten' }, { start: '-1' }, { start: '1.5' }, { start: '1e3' }])(
    'of %o is refused',
    (query) => {
      expect(() => page(query)).toThrow(expect.objectContaining({ code: 'bad_request' }));
    },
  );
});

describe('a list', () => {
  test('links to its neighbours, each link being the page it says', () => {
    const scene = fc.record({
      limit: fc.integer({ min: 1, max: 50 }),
      number: fc.integer({ min: 1, max: 40 }),
      total: fc.integer({ min: 0, max: 500 }),
      filterApplied: fc.constantFrom('', '{"name":{"$contains":"a&start=9 ü"}}'),
    });
    fc.assert(
      fc.property(scene, ({ limit, number, total, filterApplied }) => {
        const pages = Math.ceil(total / limit);
        const body = listBody({ path: '/tasks', page: { limit, number }, items: [], total, filterApplied });
        expect(body.total_pages_count).toBe(pages);
        const { _self, _first, _last, _next, _prev } = body._links;
        expect(_next === undefined).toBe(number >= pages);
        expect(_prev === undefined).toBe(number === 1);
        for (const [link, expected] of [
          [_self, number],
          [_first, 1],
          [_last, Math.max(1, pages)],
          [_next, number + 1],
        ] as const) {
          if (link === undefined) continue;
          const [start, ...others] = link.href.split('start=').slice(1);
          expect([start, others]).toEqual([String(expected), []]);
          const query = Object.fromEntries(new URL(link.href, 'http://localhost').searchParams);
          expect(query).toEqual({ limit: String(limit), ...(filterApplied && { filter: filterApplied }), start });
        }
      }),
    );
  });
});

describe('a timestamp', () => {
  test('is read with any offset and fraction', () => {
    const noon = Date.parse('2026-01-15T12:00:00Z');
    for (const text of [
      '2026-01-15T12:00:00Z',
      '2026-01-15t12:00:00z',
      '2026-01-15 14:30:00+02:30',
      '2026-01-15T13:00:00 01:00',
      '2026-01-15T11:00:00.000000000-01:00',
    ]) {
      expect(parseInstant(text), text).toBe(noon);
    }
    expect(parseInstant('2026-01-15T12:00:00.1239Z')).toBe(noon + 123);
  });

  test.each([
    '',
    '2026-01-15',
    '2026-01-15T12:00Z',
    '2026-02-29T12:00:00Z',
    '2026-01-15T25:00:00Z',
    '2026-01-15T12:00:00',
    '1768478400',
  ])('of %j is none', (text) => {
    expect(parseInstant(text)).toBeUndefined();
  });

  test('is written in whole seconds, UTC', () => {
    expect(formatInstant('2026-01-15T12:00:00.999Z')).toBe('2026-01-15T12:00:00Z');
  });
});
