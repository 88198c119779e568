/** Another server, joined to an organization: its alarms are read again and again and become the organization's. */
export interface Peer {
  /**
   * The organization's UUID, since it has one peer at most. A server that leaves and is joined again finds the alarms it
   * left; `Alarm.peerId`.
   */
  readonly id: string;
  readonly organizationId: number;
  /** Where it answers, `https://host:port/base`, without a slash at its end. `/api/2.0` is below. */
  readonly url: string;
  readonly clientId: string;
  /** ISO 8601 instants, here and below. */
  readonly joinedAt: string;
  /** Not asked while this is false. */
  readonly enabled: boolean;
  /** When it last gave a page of alarms. */
  readonly lastAnsweredAt: string | null;
  /** Why the last attempt failed, or what of the last answer could not be read; null where all was well. */
  readonly lastError: string | null;
  readonly cursor: PeerCursor;
  readonly nextAttemptAt: string;
  /** Attempts that failed since one succeeded. */
  readonly failures: number;
}

/** How far a peer has been read. Instants are milliseconds of the last event of an alarm, by which peers sort alarms. */
export interface PeerCursor {
  /** Of the latest alarm that was read; null for none. */
  readonly reachedMs: number | null;
  /** Whether there was nothing after it. */
  readonly atEnd: boolean;
  /** Reading alarms again that may have changed, as far as it has come; null while none is under way. */
  readonly review: PeerReview | null;
  /** When the latest review of each span was begun. */
  readonly reviewedAt: Readonly<Partial<Record<ReviewSpan, string>>>;
}

/** Alarms of the last day, of the last 30 days, all. */
export const REVIEW_SPANS = ['day', 'month', 'all'] as const;

export type ReviewSpan = (typeof REVIEW_SPANS)[number];

export interface PeerReview {
  readonly span: ReviewSpan;
  readonly begunAt: string;
  /** Where to go on; null for the beginning of time. */
  readonly fromMs: number | null;
}

/** Failures in a row after which a peer does not count as connected any more. */
const FAILURES_BORNE = 3;

/** How late an attempt may be before whoever makes it counts as gone. */
const LATE_MS = 60_000;

/** Whether it answered when it was last asked, give or take a failure or two, and is being asked. */
export function isConnected(peer: Peer, nowMs: number): boolean {
  if (!peer.enabled || peer.lastAnsweredAt === null || peer.failures >= FAILURES_BORNE) return false;
  return nowMs <= Date.parse(peer.nextAttemptAt) + LATE_MS;
}
