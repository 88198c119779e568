import { z } from 'zod';
import { badInput } from '../../../model/errors.ts';
import type { ruleChoice } from '../rule-schemas.ts';

// Inputs that several routes take.

export const slugParams = z.object({ slug: z.string().describe('Slug of an organization') });

export const securityReportParams = slugParams.extend({ id: z.string().describe('Id of a security report') });

export const settingParams = slugParams.extend({ name: z.string().describe('Name of a setting') });

export const clientParams = z.object({ id: z.string().describe('Id of a client') });

export const packParams = z.object({ pack: z.string().describe('Name of a pack of rules') });

/** @throws AppError `bad_request` where nothing is chosen: all rules are meant only where the caller says so */
export function chosenRules({ all, ...choice }: z.output<typeof ruleChoice>): Omit<z.output<typeof ruleChoice>, 'all'> {
  const isNarrow = Object.values(choice).some((member) => member !== undefined);
  if (!isNarrow && all !== true) throw badInput('ids', undefined, 'name rules by ids, pack or level, or say all');
  return choice;
}

export const organizationQuery = z.strictObject({
  organization: z.string().optional().describe('Slug: those of this organization alone'),
});

/** @param most what may be asked for at once */
export function limitParameter(most: number) {
  return z
    .string()
    .regex(/^[1-9]\d{0,5}$/, `must be a number from 1 to ${most}`)
    .transform(Number)
    .refine((limit) => limit <= most, `must be a number from 1 to ${most}`)
    .optional()
    .transform((limit) => limit ?? 100)
    .describe(`How many, 100 if not given, at most ${most}`);
}
