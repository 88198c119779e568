import { z } from 'zod';

// Inputs that several routes take.

export const slugParams = z.object({ slug: z.string().describe('Slug of an organization') });

export const securityReportParams = slugParams.extend({ id: z.string().describe('Id of a security report') });

export const settingParams = slugParams.extend({ name: z.string().describe('Name of a setting') });

export const clientParams = z.object({ id: z.string().describe('Id of a client') });

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
