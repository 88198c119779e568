import type { z } from 'zod';
import { AppError, type Fault } from '../../model/errors.ts';

/** Reads a part of a request. Fails with one `bad_request` that names every fault in it. */
export function readInput<Schema extends z.ZodType>(schema: Schema, input: unknown): z.output<Schema> {
  const result = schema.safeParse(input, { reportInput: true });
  if (result.success) return result.data;
  const faults = result.error.issues.map(faultOf);
  throw new AppError('bad_request', {
    public: faults.map(({ where, message }) => (where === '' ? message : `${where}: ${message}`)).join('; '),
    faults,
  });
}

function faultOf(issue: z.core.$ZodIssue): Fault {
  const where = issue.path.map(String).join('.');
  if (issue.input === undefined) return { where, message: 'is missing' };
  const isWhole = issue.path.length === 0;
  // The whole body may hold a password: a value is shown where it is one member's.
  if (isWhole || typeof issue.input === 'object' || where === 'password') return { where, message: issue.message };
  return { where, value: String(issue.input).slice(0, 200), message: issue.message };
}
