import { AppError } from '../model/errors.ts';

/** The system's, SQLite's, and the engine's NOT_ENOUGH_SPACE. */
const CODES = new Set(['ENOSPC', 'EDQUOT', 'SQLITE_FULL', '243']);

/** Whether something failed for want of space: a file of ours, one of the engine's, or the control database. */
export function isDiskFull(error: unknown): boolean {
  for (let cause = error; cause instanceof Error; cause = cause.cause) {
    const code = 'code' in cause ? String(cause.code) : '';
    if (CODES.has(code) || /No space left on device|NOT_ENOUGH_SPACE/.test(cause.message)) return true;
  }
  return false;
}

/** What a sender is told whose records could not be kept. */
export function diskFull(cause: unknown): AppError {
  const sentence = 'the disk is full; import the same input again when there is space, to go on from there';
  return new AppError('unavailable', { public: sentence, cause, retryAfterSeconds: 60 });
}
