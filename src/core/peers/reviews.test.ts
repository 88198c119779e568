import { expect, test } from 'vitest';
import { DAY_MS, HOUR_MS, MINUTE_MS } from '../../kit/durations.ts';
import type { PeerCursor } from '../../model/peer.ts';
import { dueReview, reviewed } from './reviews.ts';

const NOW = Date.parse('2026-01-15T12:00:00Z');
const ago = (ms: number) => new Date(NOW - ms).toISOString();
const read: PeerCursor = { reachedMs: NOW - HOUR_MS, atEnd: true, review: null, reviewedAt: {} };

test.each([
  ['nothing, just after joining', MINUTE_MS, {}, undefined],
  ['the last day, minutes after joining', 6 * MINUTE_MS, {}, 'day'],
  ['the last month, an hour after joining', HOUR_MS, {}, 'month'],
  ['all, a day after joining', DAY_MS, {}, 'all'],
  [
    'nothing while everything is recent',
    9 * DAY_MS,
    { all: ago(HOUR_MS), month: ago(MINUTE_MS), day: ago(0) },
    undefined,
  ],
  ['the widest of what is due', 9 * DAY_MS, { all: ago(HOUR_MS), month: ago(HOUR_MS), day: ago(HOUR_MS) }, 'month'],
])('%s', (_what, joinedAgoMs, reviewedAt, span) => {
  expect(dueReview({ ...read, reviewedAt }, ago(joinedAgoMs), NOW)?.span).toBe(span);
});

test('a review goes back from the latest alarm; of nothing there is none', () => {
  const day = dueReview(read, ago(10 * MINUTE_MS), NOW);
  expect(day).toEqual({ span: 'day', begunAt: ago(0), fromMs: NOW - HOUR_MS - DAY_MS });
  expect(dueReview(read, ago(DAY_MS), NOW)?.fromMs).toBe(null);
  expect(dueReview({ ...read, reachedMs: null }, ago(DAY_MS), NOW)).toBeUndefined();
});

test('a review at its end was one of the narrower spans too', () => {
  const review = { span: 'month', begunAt: ago(MINUTE_MS), fromMs: 0 } as const;
  const after = reviewed({ ...read, review, reviewedAt: { all: ago(HOUR_MS) } }, review);
  expect(after.reviewedAt).toEqual({ all: ago(HOUR_MS), month: ago(MINUTE_MS), day: ago(MINUTE_MS) });
  expect(after.review).toBe(null);
});
