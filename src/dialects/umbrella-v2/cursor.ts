import { createHash, createHmac, hkdfSync, timingSafeEqual } from 'node:crypto';
import { z } from 'zod';
import { badInput } from '../../model/errors.ts';
import type { EventPosition } from '../../model/event.ts';
import type { EventFilter, Order, TimeRange } from '../../model/query.ts';

/** Where a walk over activity stands: what the next page needs and the request does not say. */
export interface Walk {
  readonly position: EventPosition;
  /** Newest batch the first page could see. */
  readonly horizon: number;
  /** The range as the first page understood it; `now` must not move during a walk. */
  readonly range: TimeRange;
}

/** What a cursor belongs to. It opens nothing else. */
export interface WalkedQuery {
  readonly organizationId: number;
  readonly endpoint: string;
  /** `from` and `to` as spelt, since relative ones mean another instant with each page. */
  readonly times: readonly (string | undefined)[];
  readonly filter: EventFilter;
  readonly order: Order;
}

const integer = z.number().int();
const CONTENT = z.tuple([integer, integer, integer, integer, integer, integer]);

/** A key of its own, so that no cursor can ever pass for a token. */
export function deriveCursorKey(tokenKey: Uint8Array): Uint8Array {
  return new Uint8Array(hkdfSync('sha256', tokenKey, '', 'belfry activity cursor', 32));
}

/** The cursor that continues a walk: its state, then a signature over state and query. */
export function writeCursor(key: Uint8Array, query: WalkedQuery, walk: Walk): string {
  const { position, horizon, range } = walk;
  const content = [position.timeUs, position.seq, position.row, horizon, range.fromMs, range.toMs];
  const state = Buffer.from(JSON.stringify(content)).toString('base64url');
  return `${state}.${sign(key, query, state).toString('base64url')}`;
}

/** Fails with `bad_request` for a cursor that was altered, or made for another organization or query. */
export function readCursor(key: Uint8Array, query: WalkedQuery, cursor: string): Walk {
  const [state = '', signature = ''] = cursor.split('.');
  const expected = sign(key, query, state);
  const given = Buffer.from(signature, 'base64url');
  if (given.length !== expected.length || !timingSafeEqual(given, expected)) {
    throw badInput('cursor', cursor, 'invalid value for cursor: not of this query');
  }
  const [timeUs, seq, row, horizon, fromMs, toMs] = CONTENT.parse(
    JSON.parse(Buffer.from(state, 'base64url').toString()),
  );
  return { position: { timeUs, seq, row }, horizon, range: { fromMs, toMs } };
}

function sign(key: Uint8Array, query: WalkedQuery, state: string): Buffer {
  const { organizationId, endpoint, times, filter, order } = query;
  // Members of a filter stand in the order of the parameter table, whatever order the request has.
  const canonical = JSON.stringify([organizationId, endpoint, times, filter, order]);
  const digest = createHash('sha256').update(canonical).digest('base64url');
  return createHmac('sha256', key).update(`${digest}.${state}`).digest();
}
