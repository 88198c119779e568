import { AppError } from '../model/errors.ts';

/** Exceptions by which an engine ends what takes more than it may, by code and by name: not all of them carry a code. */
const LIMITS: readonly (readonly [code: string, name: string, what: string])[] = [
  ['241', 'MEMORY_LIMIT_EXCEEDED', 'memory'],
  ['159', 'TIMEOUT_EXCEEDED', 'time'],
];

/** The error of a question that reached a limit, for whoever asked it; any other as it is. */
export function exceeded(error: unknown): unknown {
  const what = limitOf(error);
  if (what === undefined) return error;
  return new AppError('unavailable', { public: `this takes more ${what} than it may; ask for less`, cause: error });
}

/** What a statement took more of than it may; undefined where it failed for another reason. */
export function limitOf(error: unknown): string | undefined {
  if (!(error instanceof Error) || error instanceof AppError) return undefined;
  const reached = LIMITS.find(
    ([code, name]) => ('code' in error && error.code === code) || error.message.includes(name),
  );
  return reached?.[2];
}
