import { z } from 'zod';
import { instant, named } from './schemas.ts';

export const peer = named(
  'Peer',
  z.object({
    organization: z.string().describe('Slug: whose alarms the server’s become'),
    url: z.string(),
    clientId: z.string(),
    enabled: z.boolean().describe('False while it is paused'),
    connected: z.boolean().describe('It answered when it was last asked, give or take a failure or two'),
    joinedAt: instant,
    lastAnsweredAt: instant.nullable(),
    lastError: z.string().nullable().describe('Why it could not be read, or what of its last answer could not'),
    failures: z.int().min(0).describe('Attempts that failed since one succeeded'),
    nextAttemptAt: instant,
    readUpTo: instant.nullable().describe('Last event of the latest alarm that was read'),
    upToDate: z.boolean().describe('Whether there was nothing after it'),
  }),
);
