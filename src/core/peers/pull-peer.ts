import { beginAlarmChange } from '../../control/repos/alarm-versions.ts';
import { type ClaimedPeer, notePeerPage } from '../../control/repos/peer-pulls.ts';
import { type PulledAlarm, putPulledAlarms } from '../../control/repos/pulled-alarms.ts';
import { inTransaction } from '../../control/transaction.ts';
import { AppError } from '../../model/errors.ts';
import type { PeerCursor } from '../../model/peer.ts';
import {
  alarmPages,
  marksOf,
  readRemoteAlarm,
  tenantOf,
  type UsmConnection,
} from '../../sources/usm-anywhere/index.ts';
import { suppressionInForce } from '../alarms/suppression-in-force.ts';
import type { Context } from '../context.ts';
import { dueReview, OVERLAP_MS, reviewed } from './reviews.ts';

const PAGE_SIZE = 100;

/** Pages after which another peer has its turn, once there was progress; and those without any that end in a fault. */
const PAGES_A_ROUND = 200;
const MOST_PAGES = 10_000;

/** One round of reading from a peer that was claimed. */
export interface Pull {
  readonly context: Context;
  readonly claim: ClaimedPeer;
  readonly connection: UsmConnection;
  readonly intervalMs: number;
  readonly signal: AbortSignal;
}

export interface PulledRound {
  /** Whether there was nothing left to read. */
  readonly isDone: boolean;
  /** What of it could not be read. */
  readonly note: string | null;
}

/**
 * Reads what is new from a peer, and what is due to be read again. Each page is stored together with how far it goes, so that
 * whoever goes on, after a kill too, neither misses nor repeats anything. Fails with `unavailable`.
 */
export async function pullPeer(pull: Pull): Promise<PulledRound> {
  const { peer } = pull.claim;
  const round: Round = { pages: 0, faults: new Set() };
  let cursor = await readNew(pull, round, peer.cursor);
  if (cursor.atEnd) await readLate(pull, round, cursor);
  const review = cursor.review ?? dueReview(cursor, peer.joinedAt, pull.context.now());
  if (cursor.atEnd && review !== undefined) cursor = await readAgain(pull, round, { ...cursor, review });
  return { isDone: cursor.atEnd && cursor.review === null, note: noteOf(round) };
}

/** What has come of one round so far. */
interface Round {
  pages: number;
  readonly faults: Set<string>;
}

function noteOf({ faults }: Round): string | null {
  const [first, ...others] = faults;
  if (first === undefined) return null;
  return others.length === 0 ? `not read: ${first}` : `not read: ${first}, and ${others.length} more`;
}

/** Goes on where it stopped; from the end it goes back somewhat, for alarms that came late or have changed. */
function readNew(pull: Pull, round: Round, cursor: PeerCursor): Promise<PeerCursor> {
  const { reachedMs, atEnd } = cursor;
  const fromMs = reachedMs !== null && atEnd ? reachedMs - OVERLAP_MS : reachedMs;
  return walk(pull, round, { fromMs, cursor, advance: (before, { isLast }) => ({ ...before, atEnd: isLast }) });
}

/** Alarms that were raised since about events of long ago: those raised last, as far as they are not known. */
async function readLate(pull: Pull, round: Round, cursor: PeerCursor): Promise<void> {
  const { connection, signal } = pull;
  const listing = { fromMs: null, order: 'timestamp_received,desc', size: PAGE_SIZE, signal } as const;
  for await (const page of alarmPages(connection, listing)) {
    const alarms = readAlarms(pull, round, page.alarms);
    const written = await store(pull, alarms, cursor);
    round.pages += 1;
    if (written < alarms.length || round.pages >= PAGES_A_ROUND) return;
  }
}

function readAgain(
  pull: Pull,
  round: Round,
  cursor: PeerCursor & { readonly review: NonNullable<PeerCursor['review']> },
): Promise<PeerCursor> {
  const { review } = cursor;
  return walk(pull, round, {
    fromMs: review.fromMs,
    cursor,
    advance: (before, { isLast, lastMs }) =>
      isLast ? reviewed(before, review) : { ...before, review: { ...review, fromMs: lastMs } },
  });
}

interface Walk {
  readonly fromMs: number | null;
  readonly cursor: PeerCursor;
  readonly advance: (
    before: PeerCursor,
    page: { readonly lastMs: number | null; readonly isLast: boolean },
  ) => PeerCursor;
}

async function walk(pull: Pull, round: Round, { fromMs, cursor: start, advance }: Walk): Promise<PeerCursor> {
  const { connection, signal } = pull;
  let cursor = start;
  let lastMs = fromMs;
  for await (const page of alarmPages(connection, {
    fromMs,
    order: 'timestamp_occured,asc',
    size: PAGE_SIZE,
    signal,
  })) {
    const alarms = readAlarms(pull, round, page.alarms);
    lastMs = lastOf(alarms, lastMs);
    const reachedMs = lastMs === null ? cursor.reachedMs : Math.max(lastMs, cursor.reachedMs ?? lastMs);
    cursor = { ...advance(cursor, { lastMs, isLast: page.isLast }), reachedMs };
    await store(pull, alarms, cursor);
    round.pages += 1;
    if (round.pages >= PAGES_A_ROUND && lastMs !== fromMs) break;
    if (round.pages >= MOST_PAGES) {
      throw new AppError('unavailable', { public: `it gives ${MOST_PAGES} pages of alarms of the same instant` });
    }
  }
  return cursor;
}

function readAlarms({ claim }: Pull, round: Round, documents: readonly unknown[]): PulledAlarm[] {
  const { id: peerId, organizationId } = claim.peer;
  return documents.flatMap((document) => {
    const read = readRemoteAlarm(document);
    if ('fault' in read) {
      round.faults.add(read.fault);
      return [];
    }
    // Two servers that join one another give back what they were given: an organization's own alarms are not a peer's.
    if (tenantOf(read.alarm.document) === peerId) return [];
    return [{ ...read.alarm, peerId, organizationId }];
  });
}

/** Time of the last alarm; of the one before where a page has none. How far one has come makes sense only in order. */
function lastOf(alarms: readonly PulledAlarm[], beforeMs: number | null): number | null {
  let lastMs = beforeMs;
  for (const { lastEventUs } of alarms) {
    const ms = lastEventUs / 1000;
    if (lastMs !== null && ms < lastMs) {
      throw new AppError('unavailable', { public: 'it does not sort alarms by timestamp_occured, as it was asked to' });
    }
    lastMs = ms;
  }
  return lastMs;
}

/** @returns how many of them are new or different */
async function store(pull: Pull, alarms: readonly PulledAlarm[], cursor: PeerCursor): Promise<number> {
  const { context, claim, intervalMs } = pull;
  const nowMs = context.now();
  return inTransaction(context.control.db, async (trx) => {
    const change = await beginAlarmChange(trx);
    const nextAttemptAt = new Date(nowMs + intervalMs);
    if (!(await notePeerPage(trx, claim, { cursor, now: new Date(nowMs), nextAttemptAt }))) {
      throw new AppError('conflict', { public: 'the peer is somebody else’s to ask by now, paused, or gone' });
    }
    const suppressedBy = await suppressionInForce(trx);
    return (await putPulledAlarms(trx, alarms, { change, nowMs, marksIn: marksOf, suppressedBy })).length;
  });
}
