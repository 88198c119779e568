import { z } from 'zod';
import { integer, text } from './objects.ts';
import { named } from './registry.ts';

const meta = named('Meta', z.object({ cursor: text.optional().describe('Next page of a walk; absent at its end') }));

/** Section 4.1. */
export function envelope(data: z.ZodType): z.ZodType {
  return z.object({ meta, data });
}

/** Section 4.2. */
export const fault = named(
  'Fault',
  z.object({
    meta: z.object({}),
    data: z.object({
      error: text,
      errors: z.array(z.object({ param: text, value: text, error: text })),
      requiredParameters: z.array(text).optional(),
    }),
    message: text,
    code: integer,
    statusCode: integer,
    error: text,
    validationErrors: z
      .record(text, text)
      .optional()
      .describe('Of consoles and customers: what is wrong, by parameter'),
    txId: text.optional().describe('Of consoles and customers: finds the request in the log'),
  }),
);

/** Answer of the token endpoints to a wrong credential. */
export const wrongCredential = named('WrongCredential', z.object({ message: text }));

export const token = named(
  'Token',
  z.object({ token_type: z.literal('bearer'), access_token: text, expires_in: integer.describe('Seconds') }),
);
