import { listActivity } from '../../../core/activity/list-activity.ts';
import { listFileDispositions } from '../../../core/activity/list-file-dispositions.ts';
import { badInput } from '../../../model/errors.ts';
import { type Call, clockOf, orderOf, questionOf, textOf } from '../call.ts';
import { readCursor, type Walk, writeCursor } from '../cursor.ts';
import { toActivity, toFileDisposition } from '../mapping/activity.ts';
import { limitOf, offsetOf, pageOf } from '../paging.ts';
import type { Answer } from './route.ts';

/** `/activity` and `/activity/{kind}`. */
export async function activity(call: Call): Promise<Answer> {
  const clock = clockOf(call);
  const cursor = textOf(call, 'CU');
  if (cursor !== undefined) return walk(call, cursor);
  const page = { ...pageOf(call), order: orderOf(call) };
  const { events } = await listActivity(call.context, call.scope, { ...questionOf(call), page });
  return { data: events.map((event) => toActivity(event, clock)) };
}

/** One page of a walk: `cursor=*` begins it, each answer's `meta.cursor` continues it, an answer without one ends it. */
async function walk(call: Call, cursor: string): Promise<Answer> {
  if (offsetOf(call) > 0)
    throw badInput('offset', textOf(call, 'O'), 'invalid value for offset: a cursor knows its place');
  const clock = clockOf(call);
  const { range, filter } = questionOf(call);
  const order = orderOf(call);
  const query = {
    organizationId: call.scope.organization.id,
    endpoint: call.endpoint,
    times: [textOf(call, 'F'), textOf(call, 'T')],
    filter,
    order,
  };
  const key = call.settings.cursorKey;
  const earlier = cursor === '*' ? undefined : readCursor(key, query, cursor);
  const { events, next } = await listActivity(call.context, call.scope, {
    range: earlier?.range ?? range,
    filter,
    page: { limit: limitOf(call), offset: 0, order, ...continued(earlier) },
  });
  const data = events.map((event) => toActivity(event, clock));
  if (next === null) return { data };
  return { data, meta: { cursor: writeCursor(key, query, { ...next, range: earlier?.range ?? range }) } };
}

function continued(earlier: Walk | undefined) {
  return earlier === undefined ? { walk: true } : { walk: true, after: earlier.position, horizon: earlier.horizon };
}

/** `/activity/amp-retrospective`: a list of its own, which no cursor walks. */
export async function fileDispositions(call: Call): Promise<Answer> {
  const cursor = textOf(call, 'CU');
  if (cursor !== undefined) throw badInput('cursor', cursor, 'invalid value for cursor: this list is paged by offset');
  const request = { ...questionOf(call), page: pageOf(call) };
  const files = await listFileDispositions(call.context, call.scope, request);
  return { data: files.map(toFileDisposition) };
}
