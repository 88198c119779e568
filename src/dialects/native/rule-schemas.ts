import { z } from 'zod';
import { LEVELS, MOST_DAYS_BACK } from '../../core/detection/index.ts';
import { count, instant, named } from './schemas.ts';

export const level = z.enum(LEVELS);

export const detectionRule = named(
  'DetectionRule',
  z.object({
    id: z.string(),
    pack: z.string(),
    file: z.string().describe('Path in its pack'),
    title: z.string(),
    level,
    enabled: z.boolean(),
    loadedAt: instant.describe('When its text came'),
    setApart: z
      .object({
        at: instant,
        reason: z.string().describe('What the event store, or the compiler of rules, says'),
        fromBatch: count.describe('The first batch that was not searched for the rule'),
      })
      .nullable()
      .describe('Why detection leaves the rule out although it is enabled; enabling it again has it tried again'),
  }),
);

const ruleProblem = named(
  'RuleProblem',
  z.object({
    file: z.string(),
    line: z.int().describe('From 1'),
    column: z.int().describe('From 1'),
    message: z.string(),
  }),
);

/** Files with rules, as the body of an import. */
export const ruleFiles = z.strictObject({
  files: z
    .array(z.strictObject({ name: z.string().min(1).max(1000), text: z.string() }))
    .min(1)
    .max(20_000),
});

export const importedRules = named(
  'ImportedRules',
  z.object({
    added: count,
    changed: count,
    unchanged: count,
    setApart: count.describe('Enabled rules among them that the event store refuses; detection leaves them out'),
    problems: z.array(ruleProblem).describe('What could not be loaded, and what is set apart; the rest is in order'),
  }),
);

/** Which rules to change. Every member that is given narrows; at least one must be. */
export const ruleChoice = z.strictObject({
  ids: z.array(z.string().max(200)).min(1).max(1000).optional(),
  pack: z.string().max(200).optional(),
  level: level.optional(),
  all: z.literal(true).optional().describe('All there are, where nothing narrows'),
});

export const days = z.int().min(1).max(MOST_DAYS_BACK);

export const triedRules = named(
  'TriedRules',
  z.object({
    rules: z.array(
      z.object({
        id: z.string(),
        title: z.string(),
        organizations: z
          .array(z.object({ organization: z.string().describe('Slug'), events: count, alarms: count }))
          .describe('Those in which it would have made alarms, most first'),
      }),
    ),
    problems: z.array(ruleProblem),
  }),
);
