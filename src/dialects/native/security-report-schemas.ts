import { z } from 'zod';
import { count, instant, named } from './schemas.ts';

const day = z.string().describe('YYYY-MM-DD, UTC');

export const securityReport = named(
  'SecurityReport',
  z.object({
    id: z.string(),
    state: z.enum(['pending', 'ready', 'failed']),
    startDate: day,
    endDate: day.describe('YYYY-MM-DD, UTC, included'),
    error: z.string().nullable().describe('Why it could not be written'),
    createdAt: instant,
    finishedAt: instant.nullable(),
  }),
);

const requests = { requests: count, allowed: count, blocked: count };

const securityReportDocument = named(
  'SecurityReportDocument',
  z.object({
    organization: z.object({ id: z.int(), slug: z.string(), name: z.string() }),
    startDate: day,
    endDate: day,
    writtenAt: instant.describe('Events that came later are not in it'),
    totals: z.object({
      ...requests,
      identities: count,
      domains: count,
      categories: count,
      applications: count,
      files: count,
    }),
    days: z.array(z.object({ date: day, ...requests })),
    topCategories: z.array(z.object({ category: z.string(), requests: count })),
    topBlockedDestinations: z.array(
      z.object({ destination: z.string(), requests: count, categories: z.array(z.string()) }),
    ),
    topThreats: z.array(z.object({ label: z.string(), type: z.string(), requests: count })),
    topIdentities: z.array(z.object({ label: z.string(), type: z.string(), ...requests })),
  }),
);

export const writtenSecurityReport = named(
  'WrittenSecurityReport',
  securityReport.extend({ report: securityReportDocument.nullable().describe('Null where it is not ready') }),
);
