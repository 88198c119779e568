import { describe, expect, test } from 'vitest';
import { rawQuery } from '../kit/raw-query.ts';
import { pageWindowOf, windowOf } from './window.ts';

const NOW_S = 1_768_478_400;
const NOW = NOW_S * 1000;
const DAY = 86_400_000;

const call = (query: string) => ({
  query: rawQuery(Object.fromEntries(new URLSearchParams(query))),
  nowMs: NOW,
});

describe('a window', () => {
  test.each([
    ['', { fromMs: NOW - DAY, toMs: NOW }],
    ['start=&stop=', { fromMs: NOW - DAY, toMs: NOW }],
    [`start=${NOW_S - 60}`, { fromMs: NOW - 60_000, toMs: NOW }],
    [`START=${NOW_S - 60}&Stop=${NOW_S - 30}`, { fromMs: NOW - 60_000, toMs: NOW - 30_000 }],
    [`start=${NOW_S - 60}&end=${NOW_S - 30}`, { fromMs: NOW - 60_000, toMs: NOW - 30_000 }],
    [`stop=${NOW_S - 60}&end=5`, { fromMs: NOW - 60_000 - DAY, toMs: NOW - 60_000 }],
    [`start=${NOW_S}&stop=${NOW_S}`, { fromMs: NOW, toMs: NOW }],
    ['start=0', { fromMs: 0, toMs: NOW }],
    ['stop=10', { fromMs: 0, toMs: 10_000 }],
    // A clock that runs ahead of ours asks for what is not there yet.
    [`start=${NOW_S + 5}`, { fromMs: NOW + 5000, toMs: NOW }],
  ])('%s', (query, expected) => {
    expect(windowOf(call(query))).toEqual(expected);
  });

  test('ends where an instant is still exact, however late it is asked for', () => {
    expect(windowOf(call('start=0&stop=99999999999')).toMs).toBe(9_007_199_254_740);
  });

  test.each([
    [`start=${NOW}`, `invalid value for start: ${NOW} is milliseconds, seconds belong here: ${NOW_S}`],
    [`stop=${NOW + 1}`, `invalid value for stop: ${NOW + 1} is milliseconds, seconds belong here: ${NOW_S}`],
    [`end=${NOW}`, 'invalid value for end'],
    [`start=${NOW_S}&stop=${NOW_S - 1}`, 'invalid value for start: later than stop'],
    [`start=${NOW_S}&end=${NOW_S - 1}`, 'invalid value for start: later than end'],
    ['start=-5', 'invalid value for start: must be a whole number'],
    ['start=1.5', 'invalid value for start: must be a whole number'],
    ['start=yesterday', 'invalid value for start: must be a whole number'],
    ['stop=1e9', 'invalid value for stop: must be a whole number'],
    [`start=${'9'.repeat(400)}`, 'invalid value for start: must be a whole number'],
  ])('is refused: %s', (query, fault) => {
    expect(() => windowOf(call(query))).toThrow(fault);
  });
});

describe('a page', () => {
  test('is what is strictly older than stopTimestamp, within the window', () => {
    const window = windowOf(call(`start=${NOW_S - 60}`));
    expect(pageWindowOf(call(`start=${NOW_S - 60}`))).toEqual(window);
    expect(pageWindowOf(call(`start=${NOW_S - 60}&stopTimestamp=${NOW - 7}`))).toEqual({ ...window, toMs: NOW - 8 });
    expect(pageWindowOf(call(`start=${NOW_S - 60}&stoptimestamp=${NOW + DAY}`))).toEqual(window);
    expect(pageWindowOf(call(`start=${NOW_S - 60}&stopTimestamp=`))).toEqual(window);
  });

  test('is refused where seconds are given', () => {
    expect(() => pageWindowOf(call(`stopTimestamp=${NOW_S}`))).toThrow(
      `invalid value for stopTimestamp: ${NOW_S} is seconds, milliseconds belong here: ${NOW}`,
    );
  });
});
