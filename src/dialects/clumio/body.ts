import { z } from 'zod';
import { parseJson } from '../../kit/parse-json.ts';
import { AppError, badInput, type Fault } from '../../model/errors.ts';

/**
 * Reads a body as JSON, whatever type its sender called it; members that are null count as absent (section 1.5). Fails with
 * one `bad_request` that names every fault.
 */
export function readBody<Schema extends z.ZodType>(schema: Schema, body: string): z.output<Schema> {
  const result = schema.safeParse(withoutNulls(parse(body)));
  if (result.success) return result.data;
  const faults = result.error.issues.slice(0, 5).map(faultOf);
  throw new AppError('bad_request', { public: faults[0]?.message ?? 'the body is malformed', faults });
}

function parse(body: string): unknown {
  if (body.trim() === '') return {};
  try {
    return parseJson(body);
  } catch (cause) {
    if (!(cause instanceof SyntaxError)) throw cause;
    throw badInput('body', undefined, 'the body is not JSON');
  }
}

function withoutNulls(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutNulls);
  if (typeof value !== 'object' || value === null) return value;
  const given = Object.entries(value).filter(([, member]) => member !== null);
  return Object.fromEntries(given.map(([name, member]) => [name, withoutNulls(member)]));
}

function faultOf({ path, message }: z.core.$ZodIssue): Fault {
  const where = path.map(String).join('.').slice(0, 100) || 'body';
  return { where, message: `invalid value for ${where}: ${message}` };
}

/** A text of a length that has no control characters. */
export function line(longest: number) {
  const rule = `must be a text of at most ${longest} characters, without control characters`;
  return z.string(rule).regex(new RegExp(`^[^\\p{Control}\\p{Surrogate}]{0,${longest}}$`, 'u'), rule);
}
