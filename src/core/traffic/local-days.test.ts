import { describe, expect, test } from 'vitest';
import { localDayStarts } from './local-days.ts';

const HOUR_MS = 3_600_000;

function lengths(timezone: string, from: string, to: string): number[] {
  const starts = localDayStarts({ fromMs: Date.parse(from), toMs: Date.parse(to) }, timezone);
  return starts.slice(1).map((start, index) => (start - (starts[index] ?? 0)) / HOUR_MS);
}

describe('local days', () => {
  test('begin before the range and end with the day that holds its end', () => {
    const range = { fromMs: Date.UTC(2025, 0, 1, 12), toMs: Date.UTC(2025, 0, 3) };
    const days = [1, 2, 3].map((day) => Date.UTC(2025, 0, day));
    expect(localDayStarts(range, 'UTC')).toEqual(days);
    expect(localDayStarts({ ...range, toMs: range.toMs - 1 }, 'UTC')).toEqual(days.slice(0, 2));
    expect(localDayStarts(range, 'ASIA/CALCUTTA').map((start) => start - 18.5 * HOUR_MS)).toEqual(
      [-1, 0, 1].map((day) => Date.UTC(2025, 0, 1 + day)),
    );
  });

  test.each([
    ['23 hours in spring', 'Europe/Berlin', '2025-03-29T12:00Z', '2025-04-01T12:00Z', [24, 23, 24]],
    ['25 hours in autumn', 'America/New_York', '2025-11-01T12:00Z', '2025-11-04T12:00Z', [24, 25, 24]],
    ['half an hour more', 'Australia/Lord_Howe', '2025-04-05T02:00Z', '2025-04-07T02:00Z', [24, 24.5]],
    ['a midnight that is skipped', 'America/Sao_Paulo', '2018-11-03T12:00Z', '2018-11-05T12:00Z', [24, 23]],
    ['a date that is skipped', 'Pacific/Apia', '2011-12-29T12:00Z', '2012-01-01T12:00Z', [24, 24]],
  ])('%s', (_, timezone, from, to, hours) => {
    expect(lengths(timezone, from, to).slice(0, hours.length)).toEqual(hours);
  });

  test('refuse a zone nobody knows', () => {
    const range = { fromMs: 0, toMs: 1 };
    expect(() => localDayStarts(range, 'Mars/Olympus')).toThrowError(
      expect.objectContaining({ code: 'bad_request', faults: [expect.objectContaining({ where: 'timezone' })] }),
    );
  });
});
