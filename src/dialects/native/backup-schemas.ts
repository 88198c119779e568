import { z } from 'zod';
import { count, instant, named } from './schemas.ts';

const checksum = z.string().describe('Sum of a hash of every row modulo 2^64, decimal');

const backup = named(
  'Backup',
  z.object({
    id: z.string(),
    version: z.string().describe('Of Belfry, which wrote it'),
    moment: instant.describe('The moment that its control data shows'),
    horizon: count.describe('Number of the last batch whose events are in it'),
    bytes: count,
    files: count,
    control: z.array(z.object({ table: z.string(), rows: count })),
    events: z.array(
      z.object({
        table: z.string(),
        rows: count,
        checksum,
        organizations: z.array(z.object({ organization: z.string().describe('Slug'), rows: count, checksum })),
      }),
    ),
    missing: z.array(z.string()).describe('Files of reports that were not there to be copied'),
    holdsTokenKey: z.boolean().describe('Whether the key that signs tokens is among the files'),
  }),
);

export const requestedBackup = named(
  'RequestedBackup',
  z.object({
    id: z.string(),
    folder: z.string(),
    state: z.enum(['queued', 'running', 'succeeded', 'failed']),
    error: z.string().nullable().describe('Why it failed'),
    progress: z.object({ step: z.string(), done: count, total: count }).nullable(),
    backup: backup.nullable().describe('Null until it is done'),
  }),
);
