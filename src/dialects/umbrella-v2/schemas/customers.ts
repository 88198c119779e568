import { z } from 'zod';
import { integer, text } from './objects.ts';
import { named } from './registry.ts';

// Section 8: what is told of consoles and single customers. None of it comes in an envelope.

export const consoleSummary = named(
  'Console',
  z.object({
    packageName: text,
    seatsTotal: integer.describe('As many as are used: there is no limit'),
    seatsUsed: integer.describe('People and roaming computers that logs of customers named'),
    customerCount: integer,
    status: text,
    rebillAt: text.describe('ISO 8601; nothing is billed'),
    expiresAt: text.describe('ISO 8601; nothing expires'),
  }),
);

export const customerReport = named(
  'CustomerReport',
  z.object({
    isReportReady: z.boolean(),
    organizationName: text,
    organizationId: integer,
    createdAt: integer.describe('Seconds since 1970'),
    packageName: text,
    users: integer.describe('People that logs named'),
    adminEmails: z.array(text).describe('Managers who may sign in'),
    networks: integer.describe('Networks that logs named'),
    roamingClients: integer.describe('Roaming computers that logs named'),
  }),
);

const day = z.iso.date();

export const securityReportBody = z.object({
  email: text.optional().describe('Whom the report is meant for; nothing is sent'),
  start_date: day.optional().describe('YYYY-MM-DD in UTC; 30 days up to the last if not given'),
  end_date: day.optional().describe('YYYY-MM-DD in UTC, included; today if not given'),
});

export const securityReportRequest = named(
  'SecurityReportRequest',
  z.object({
    data: z.object({
      id: text,
      header: z.object({ date: integer.describe('Seconds since 1970'), status: text }),
      body: z.object({
        email: text,
        organization_id: text,
        organization_name: text,
        origin_id: text.describe('The organization that asked'),
        start_date: day,
        end_date: day,
      }),
    }),
    status: text,
    task: text,
  }),
);
