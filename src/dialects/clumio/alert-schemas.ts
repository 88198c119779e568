import { z } from 'zod';
import { entity, links, named, timestamp } from './schemas.ts';

const NOTES_RULE = 'must be a text of fewer than 1024 characters';

/** Section 4.4. */
export const alertChange = z.object({
  notes: z
    .string(NOTES_RULE)
    .max(1023, NOTES_RULE)
    .regex(/^[^\0\p{Surrogate}]*$/u, NOTES_RULE)
    .optional(),
  status: z.literal('cleared', 'must be cleared: an alert is not made active again').optional(),
});

const shared = {
  id: z.string(),
  type: z.string().describe('`policy_violated`, `restore_failed`, `file_restore_failed` or `security_alarm`'),
  cause: z.string(),
  severity: z.enum(['error', 'warning']),
  status: z.enum(['active', 'cleared']),
  notes: z.string(),
  raised_timestamp: timestamp,
  updated_timestamp: timestamp,
  cleared_timestamp: timestamp.nullable(),
  parent_entity: entity,
};

export const consolidatedAlert = named(
  'ConsolidatedAlert',
  z.object({
    _etag: z.string(),
    _links: links,
    ...shared,
    active_entity_count: z.int(),
    cleared_entity_count: z.int(),
    details: z.object({ cause: z.string(), type: z.string() }),
  }),
);

export const individualAlert = named(
  'IndividualAlert',
  z.object({
    _embedded: z.object({ 'read-consolidated-alert': consolidatedAlert }).nullable(),
    _etag: z.string(),
    _links: links,
    ...shared,
    raised_count: z.int(),
    consolidated_alert_id: z.string(),
    primary_entity: entity,
    details: z.object({
      cause: z.string(),
      description: z.string(),
      type: z.string(),
      variables: z.record(z.string(), z.string()).nullable(),
    }),
    tags: z.array(entity),
  }),
);
