import { z } from 'zod';
import { count, instant, named } from './schemas.ts';

export const batch = named(
  'Batch',
  z.object({
    batch: z.int().describe('Its number'),
    organization: z.string().describe('Slug'),
    state: z.enum(['open', 'committed', 'set_aside']),
    path: z.string().nullable().describe('The input, as its sender named it'),
    format: z.string(),
    received: count.describe('Records in it'),
    attempts: count.describe('How often somebody began to load it'),
    openedAt: instant.describe('When it was acknowledged'),
    waitsFor: z
      .string()
      .nullable()
      .describe('Process on whose disk the bytes are, where nobody has loaded the batch for a minute'),
    reason: z.string().nullable().describe('Why it was set aside'),
  }),
);
