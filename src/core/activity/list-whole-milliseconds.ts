import type { EventFilter, TimeRange } from '../../model/query.ts';
import type { Scope } from '../../model/scope.ts';
import type { ActivityEvent } from '../../model/traffic.ts';
import type { Context } from '../context.ts';
import { type ActivityRequest, listActivity } from './list-activity.ts';

export interface MillisecondRequest {
  readonly range: TimeRange;
  readonly filter: EventFilter;
  /** Most events of a page, unless they all share a millisecond. */
  readonly limit: number;
}

export interface MillisecondPage {
  readonly events: ActivityEvent[];
  /** The oldest millisecond of the page where older events remain; null where none do. */
  readonly moreBeforeMs: number | null;
}

/**
 * Events of the scope's organization, newest first, for readers who can only say "older than this millisecond": a page ends
 * between two milliseconds, and a millisecond with more than `limit` events is a page of its own.
 *
 * So a walk by `moreBeforeMs` repeats nothing and leaves nothing out of what was there when it began.
 */
export async function listWholeMilliseconds(
  context: Context,
  scope: Scope,
  { range, filter, limit }: MillisecondRequest,
): Promise<MillisecondPage> {
  const read = async (page: Partial<ActivityRequest['page']>, within = range) => {
    const request = { range: within, filter, page: { limit, offset: 0, order: 'desc' as const, ...page } };
    return (await listActivity(context, scope, request)).events;
  };
  const events = await read({ limit: limit + 1 });
  const beyond = events[limit];
  if (beyond === undefined) return { events, moreBeforeMs: null };
  const cutMs = millisecond(beyond);
  const whole = events.slice(0, limit).filter((event) => millisecond(event) > cutMs);
  const last = whole.at(-1);
  if (last !== undefined) return { events: whole, moreBeforeMs: millisecond(last) };
  const [older] = await read({ limit: 1 }, { ...range, toMs: cutMs - 1 });
  const all = await readMillisecond((page) => read(page, { fromMs: cutMs, toMs: cutMs }));
  return { events: all, moreBeforeMs: older === undefined ? null : cutMs };
}

export function millisecond({ timeUs }: Pick<ActivityEvent, 'timeUs'>): number {
  return Math.floor(timeUs / 1000);
}

const SLICE = 5000;

/** Every event of one millisecond, in slices; from the oldest on, so that those who arrive meanwhile are met. */
async function readMillisecond(
  read: (page: Partial<ActivityRequest['page']>) => Promise<ActivityEvent[]>,
): Promise<ActivityEvent[]> {
  const events: ActivityEvent[] = [];
  for (;;) {
    const last = events.at(-1);
    const slice = await read({ limit: SLICE, order: 'asc', ...(last && { after: last }) });
    events.push(...slice);
    if (slice.length < SLICE) return events.reverse();
  }
}
