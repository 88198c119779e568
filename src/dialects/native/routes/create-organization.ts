import { z } from 'zod';
import { createOrganization as create } from '../../../core/orgs/create-organization.ts';
import { toOrganization } from '../mapping.ts';
import { defineRoute } from '../route.ts';
import { organization } from '../schemas.ts';

export const createOrganization = defineRoute({
  method: 'POST',
  path: '/organizations',
  operationId: 'createOrganization',
  summary: 'Makes an organization',
  tag: 'Organizations',
  body: z.strictObject({
    slug: z
      .string()
      .describe(
        '1 to 63 of a-z, 0-9 and -; unique everywhere. Where an organization out of your reach has it, the answer has another one, such as acme-2',
      ),
    name: z.string().describe('Unique under its parent'),
    parent: z.string().nullish().describe('Slug of the organization above; without one it stands at the top'),
  }),
  status: 201,
  answer: organization,
  async handle({ deps, caller, body }) {
    return toOrganization(await create(deps.context, caller, body));
  },
});
