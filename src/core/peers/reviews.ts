import { DAY_MS, HOUR_MS } from '../../kit/durations.ts';
import { type PeerCursor, type PeerReview, REVIEW_SPANS, type ReviewSpan } from '../../model/peer.ts';

// Alarms change after they were read: they are closed, and more events join them. A server cannot be asked for what has
// changed since, so alarms are read again: the more recent they are, the more often.

/** So much before the latest alarm is read again each time. */
export const OVERLAP_MS = HOUR_MS;

/** How far each span goes back from the latest alarm, and how often it is read. */
const SPANS: Readonly<Record<ReviewSpan, { readonly backMs: number; readonly everyMs: number }>> = {
  day: { backMs: DAY_MS, everyMs: 5 * 60_000 },
  month: { backMs: 30 * DAY_MS, everyMs: HOUR_MS },
  all: { backMs: Number.POSITIVE_INFINITY, everyMs: DAY_MS },
};

/** The widest review that is due. @param joinedAt nothing was read before */
export function dueReview(cursor: PeerCursor, joinedAt: string, nowMs: number): PeerReview | undefined {
  const { reachedMs, reviewedAt } = cursor;
  if (reachedMs === null) return undefined;
  const isDue = (span: ReviewSpan) => nowMs - Date.parse(reviewedAt[span] ?? joinedAt) >= SPANS[span].everyMs;
  const span = REVIEW_SPANS.findLast(isDue);
  if (span === undefined) return undefined;
  const { backMs } = SPANS[span];
  const fromMs = Number.isFinite(backMs) ? reachedMs - backMs : null;
  return { span, begunAt: new Date(nowMs).toISOString(), fromMs };
}

/** A review that has come to the end was one of all narrower spans too. */
export function reviewed(cursor: PeerCursor, { span, begunAt }: PeerReview): PeerCursor {
  const spans = REVIEW_SPANS.slice(0, REVIEW_SPANS.indexOf(span) + 1);
  const reviewedAt = { ...cursor.reviewedAt, ...Object.fromEntries(spans.map((name) => [name, begunAt])) };
  return { ...cursor, review: null, reviewedAt };
}
