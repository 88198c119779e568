import { z } from 'zod';
import { DATA_SOURCES, DURATION_UNITS, WEEKDAYS } from '../../model/compliance.ts';
import { line } from './body.ts';

const MANY = 10_000;

const duration = z.object({
  unit: z.enum(DURATION_UNITS, `must be one of ${DURATION_UNITS.join(', ')}`),
  value: z.int32('must be a whole number').min(1, 'must be above 0'),
});

const controls = z.object(
  {
    asset_backup: z
      .object({ look_back_period: duration, minimum_retention_duration: duration, window_size: duration })
      .optional(),
    asset_protection: z.object({ should_ignore_deactivated_policy: z.boolean('must be true or false') }).optional(),
    policy: z.object({ minimum_retention_duration: duration, minimum_rpo_frequency: duration.optional() }).optional(),
  },
  'must be an object of controls',
);

const dataSource = z.enum(DATA_SOURCES, `must be one of ${DATA_SOURCES.join(', ')}`);
const short = line(500);

const filters = z.object({
  asset: z
    .object({
      groups: z
        .array(z.object({ id: short.optional(), region: short.optional(), type: dataSource.optional() }))
        .max(MANY)
        .optional(),
      tag_op_mode: z.enum(['equal', 'or', 'and'], 'must be one of equal, or, and').optional(),
      tags: z
        .array(z.object({ key: short, value: short }))
        .max(MANY)
        .optional(),
    })
    .optional(),
  common: z
    .object({
      asset_types: z.array(short).max(MANY).optional(),
      data_sources: z.array(dataSource).max(MANY).optional(),
      organizational_units: z.array(short).max(MANY).optional(),
    })
    .optional(),
});

/** Section 5.1. */
export const parameter = z.object({ controls, filters: filters.optional() }, 'must be an object with controls');

const DAY_RULE = 'must be 1 to 28, or -1 for the end of the month';

export const schedule = z
  .object({
    frequency: z.enum(['daily', 'weekly', 'monthly'], 'must be one of daily, weekly, monthly'),
    start_time: z.string('must be a time, HH:MM').regex(/^([01]\d|2[0-3]):[0-5]\d$/, 'must be a time, 00:00 to 23:59'),
    day_of_week: z.enum(WEEKDAYS, `must be one of ${WEEKDAYS.join(', ')}`).optional(),
    day_of_month: z
      .int(DAY_RULE)
      .refine((day) => day === -1 || (day >= 1 && day <= 28), DAY_RULE)
      .optional(),
    timezone: line(100).optional(),
  })
  .refine((given) => given.frequency !== 'weekly' || given.day_of_week !== undefined, {
    path: ['day_of_week'],
    error: 'is required where frequency is weekly',
  })
  .refine((given) => given.frequency !== 'monthly' || given.day_of_month !== undefined, {
    path: ['day_of_month'],
    error: 'is required where frequency is monthly',
  });

const EMAIL_RULE = 'must be an email address';
const emailList = z
  .array(line(254).regex(/^[^\s@]+@[^\s@]+$/, EMAIL_RULE), 'must be an array of email addresses')
  .max(1000);

export const notification = z.object({ email_list: emailList.optional() });

export const configurationBody = z.object({
  name: line(255).refine((name) => name.trim() !== '', 'must not be empty'),
  description: line(4000).optional(),
  notification: notification.optional(),
  schedule: schedule.optional(),
  parameter,
});

export const runBody = z.object({
  name: line(255)
    .refine((name) => name.trim() !== '', 'must not be empty')
    .optional(),
});

export const notifyBody = z.object({ email_list: emailList.min(1, 'must name somebody') });
