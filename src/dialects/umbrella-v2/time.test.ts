import { describe, expect, test } from 'vitest';
import { AppError } from '../../model/errors.ts';
import { clockIn, parseTime, parseTimezone } from './time.ts';

const NOW = Date.parse('2026-01-15T12:00:00Z');
const time = (text: string) => parseTime('from', text, NOW);
const DAY = 86_400_000;

describe('parseTime', () => {
  test.each([
    ['now', NOW],
    ['NOW', NOW],
    ['-1days', NOW - DAY],
    ['-1day', NOW - DAY],
    ['-7DAYS', NOW - 7 * DAY],
    ['-3minutes', NOW - 180_000],
    ['-90seconds', NOW - 90_000],
    ['-2hours', NOW - 7_200_000],
    ['-1weeks', NOW - 7 * DAY],
    ['-1months', NOW - 30 * DAY],
    ['-1year', NOW - 365 * DAY],
    ['1hours', NOW + 3_600_000],
    [' 1hours', NOW + 3_600_000],
    ['1639146300000', 1_639_146_300_000],
    ['1639146300', 1_639_146_300_000],
    ['0', 0],
    ['2024-01-01T00:00:00Z', Date.UTC(2024, 0, 1)],
    ['2024-01-01', Date.UTC(2024, 0, 1)],
    ['2024-01-01T02:00:00+02:00', Date.UTC(2024, 0, 1)],
    ['2024-01-01T02:00:00 02:00', Date.UTC(2024, 0, 1)],
    ['2024-01-01T02:00:00+0200', Date.UTC(2024, 0, 1)],
    ['2024-01-01 00:00:00.123456', Date.UTC(2024, 0, 1) + 123],
  ])('reads %s', (text, expected) => {
    expect(time(text)).toBe(expected);
  });

  test('keeps what lies outside of time within it', () => {
    expect(time('-999999999years')).toBe(0);
    expect(new Date(time('99999999999999999999')).getUTCFullYear()).toBe(2255);
  });

  test.each([
    '',
    'yesterday',
    '-1',
    '-1fortnight',
    '--1days',
    '1.5days',
    '-1 days',
    '2024-02-30',
    '2024-13-01',
    '2024-01-01T25:00:00Z',
    "1' OR 1=1",
    '1e12',
    '0x10',
  ])('refuses %j and names it', (text) => {
    expect(() => time(text)).toThrow(AppError);
    try {
      time(text);
    } catch (error) {
      expect(error).toMatchObject({ code: 'bad_request', faults: [{ where: 'from', value: text }] });
    }
  });
});

describe('parseTimezone', () => {
  test.each([
    ['ASIA/CALCUTTA', 'Asia/Calcutta'],
    ['europe/berlin', 'Europe/Berlin'],
    ['utc', 'UTC'],
  ])('reads %s in any case', (text, name) => {
    expect(parseTimezone('timezone', text)).toBe(name);
  });

  test.each(['Mars/Olympus', '+05:00', '', "UTC'", 'x'.repeat(10_000)])('refuses %j', (text) => {
    expect(() => parseTimezone('timezone', text)).toThrow(AppError);
  });
});

describe('clockIn', () => {
  const instant = Date.parse('2023-11-14T22:13:20.999Z');

  test('spells an instant in its zone and leaves the timestamp alone', () => {
    expect(clockIn('UTC')(instant)).toEqual({ timestamp: instant, date: '2023-11-14', time: '22:13:20' });
    expect(clockIn('Asia/Calcutta')(instant)).toEqual({ timestamp: instant, date: '2023-11-15', time: '03:43:20' });
    expect(clockIn('America/New_York')(instant)).toEqual({ timestamp: instant, date: '2023-11-14', time: '17:13:20' });
  });

  test('counts hours from 0 to 23', () => {
    expect(clockIn('Europe/London')(Date.parse('2024-01-01T00:05:00Z'))).toMatchObject({ time: '00:05:00' });
  });
});
