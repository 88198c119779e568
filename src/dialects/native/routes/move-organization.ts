import { z } from 'zod';
import { moveOrganization as move } from '../../../core/orgs/move-organization.ts';
import { toOrganization } from '../mapping.ts';
import { defineRoute } from '../route.ts';
import { organization } from '../schemas.ts';
import { slugParams } from './inputs.ts';

export const moveOrganization = defineRoute({
  method: 'POST',
  path: '/organizations/:slug/move',
  operationId: 'moveOrganization',
  summary: 'Hangs an organization, with all that is below it, under another one',
  tag: 'Organizations',
  params: slugParams,
  body: z.strictObject({
    parent: z.string().nullable().describe('Slug of the organization above it from now on; null for the top'),
  }),
  answer: organization,
  async handle({ deps, caller, params, body }) {
    const { parent } = body;
    return toOrganization(await move(deps.context, caller, { organization: params.slug, parent }));
  },
});
