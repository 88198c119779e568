import { expect } from 'vitest';
import { AppError } from '../../src/model/errors.ts';

/** Has everything in it that an address must escape. */
export const PASSWORD = "p@ss: w/ö%rd'";

/** What is thrown, and that it is for the operator and keeps the password to itself. */
export async function sentenceOf(work: Promise<unknown>): Promise<string> {
  const error = await work.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  if (!(error instanceof AppError)) throw new Error('no error for the operator', { cause: error });
  expect(error.code).toBe('unavailable');
  for (let cause: unknown = error; cause instanceof Error; cause = cause.cause) {
    const told = JSON.stringify([cause.message, cause.stack, Object.entries(cause)]);
    for (const secret of [PASSWORD, encodeURIComponent(PASSWORD)]) expect(told).not.toContain(secret);
  }
  return error.message.replaceAll(/127\.0\.0\.1:\d+/g, 'SERVER');
}
