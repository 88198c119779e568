import { AppError } from '../model/errors.ts';
import { isDiskFull } from './disk-full.ts';

/**
 * ClickHouse error codes that say nothing about the batch: no memory, too many parts, time out, and no such table, where another
 * release has dropped the landing of a process that it took for gone.
 */
const LATER_CODES = new Set(['241', '252', '159', '60']);

/** Limits that one record may exceed by itself: memory and time. */
const LIMIT_CODES = new Set(['241', '159']);

/** Whether the engine, or the way to it, is in trouble, so that the same batch may be loaded later. */
export function isForLater(error: unknown): boolean {
  if (error instanceof AppError) return error.code === 'unavailable';
  return LATER_CODES.has(codeOf(error)) || isDiskFull(error);
}

/** Whether the engine reached a limit of memory or time. */
export function isLimit(error: unknown): boolean {
  return !(error instanceof AppError) && LIMIT_CODES.has(codeOf(error));
}

/** A batch that stays open and is loaded later. */
export class BatchWaits extends AppError {
  /** Whether other batches may fare better: the store itself takes records. */
  readonly isAlone: boolean;

  constructor(cause: unknown, isAlone: boolean) {
    super('unavailable', {
      public: `${reasonNow(cause)}; what was received is kept and will be loaded`,
      internal: cause instanceof Error ? cause.message : String(cause),
      cause,
      retryAfterSeconds: 60,
    });
    this.isAlone = isAlone;
  }
}

/** Either store may be the one that is gone. */
function reasonNow(cause: unknown): string {
  if (isDiskFull(cause)) return 'the disk is full';
  return cause instanceof AppError ? cause.public : 'the event store cannot take records at the moment';
}

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : '';
}
