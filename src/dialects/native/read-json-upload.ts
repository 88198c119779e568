import { Readable } from 'node:stream';
import type { z } from 'zod';
import { parseJson } from '../../kit/parse-json.ts';
import { AppError } from '../../model/errors.ts';
import { readInput } from './read-input.ts';

const MAX_BYTES = 64 * 2 ** 20;

/** Reads a JSON body that may be larger than those of other routes. */
export async function readJsonUpload<Schema extends z.ZodType>(
  body: unknown,
  schema: Schema,
): Promise<z.output<Schema>> {
  const parts: Buffer[] = [];
  let bytes = 0;
  if (body instanceof Readable) {
    for await (const part of body) {
      bytes += part.length;
      // The rest is read and let go, so that its sender comes to read the answer.
      if (bytes <= MAX_BYTES) parts.push(part);
    }
  }
  if (bytes > MAX_BYTES) throw new AppError('too_large', { public: `the body has more than ${MAX_BYTES} bytes` });
  return readInput(schema, parse(Buffer.concat(parts).toString('utf8')));
}

function parse(text: string): unknown {
  try {
    return parseJson(text);
  } catch (cause) {
    throw new AppError('bad_request', { public: 'the body is not JSON', cause });
  }
}
