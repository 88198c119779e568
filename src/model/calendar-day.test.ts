import { describe, expect, it } from 'vitest';
import { addDays, dayOf, daysIn, rangeOfDays, readDay } from './calendar-day.ts';

describe('days of the calendar', () => {
  it.each(['2026-01-31', '2024-02-29', '1970-01-01', '9999-12-31'])('are read: %s', (text) => {
    expect(readDay('startDate', text)).toBe(text);
  });

  it.each(['2026-02-29', '2026-1-1', '2026-13-01', '20260101', '2026-01-01T00:00:00Z', ' 2026-01-01', '', '０'])(
    'are refused by the name they came under: %j',
    (text) => {
      expect(() => readDay('start_date', text)).toThrow(
        expect.objectContaining({ code: 'bad_request', faults: [expect.objectContaining({ where: 'start_date' })] }),
      );
    },
  );

  it('are counted both ends included, over the end of a month and a leap day', () => {
    const span = { startDate: '2024-02-28', endDate: '2024-03-01' };
    expect(daysIn(span)).toBe(3);
    expect(daysIn({ startDate: '2026-01-01', endDate: '2026-01-01' })).toBe(1);
    expect(addDays('2024-03-01', -2)).toBe('2024-02-28');
    expect(dayOf(Date.parse('2024-02-29T23:59:59.999Z'))).toBe('2024-02-29');
    expect(rangeOfDays(span)).toEqual({
      fromMs: Date.parse('2024-02-28T00:00:00.000Z'),
      toMs: Date.parse('2024-03-01T23:59:59.999Z'),
    });
  });
});
