import { AppError, mayPass } from '../model/errors.ts';
import { limitOf } from './exceeded.ts';
import { isServerTrouble } from './server-errors.ts';

/**
 * Whether a statement failed because of the event store and not because of what it asks: the store is gone, full, busy or
 * shutting down. The same statement may succeed later.
 */
export function isStoreTrouble(error: unknown): boolean {
  if (error instanceof AppError) {
    if (mayPass(error)) return true;
    return error.code === 'unavailable' && (error.cause === undefined || isStoreTrouble(error.cause));
  }
  if (!(error instanceof Error)) return false;
  // Of the whole server's memory, not of what one statement may take.
  if (limitOf(error) === 'memory') return error.message.includes('(total)');
  return isServerTrouble(error) || /No space left on device/.test(error.message);
}

/** Whether a statement failed because it took more time or memory than it may: it may succeed where it has less to do. */
export function isOverLimit(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  if ('code' in error && OTHER_LIMITS.has(String(error.code))) return true;
  return limitOf(error) !== undefined || (error instanceof AppError && isOverLimit(error.cause));
}

/** Limits of results, rows, bytes and disk space of one statement; and an answer longer than a text can be. */
const OTHER_LIMITS = new Set(['158', '160', '191', '290', '307', '396', 'ERR_STRING_TOO_LONG']);
