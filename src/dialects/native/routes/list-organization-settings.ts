import { z } from 'zod';
import { listOrganizationSettings as list } from '../../../core/orgs/organization-settings.ts';
import { toSetting } from '../mapping.ts';
import { defineRoute } from '../route.ts';
import { setting } from '../schemas.ts';
import { slugParams } from './inputs.ts';

export const listOrganizationSettings = defineRoute({
  method: 'GET',
  path: '/organizations/:slug/settings',
  operationId: 'listOrganizationSettings',
  summary: 'Every setting of an organization, and whose value it has',
  tag: 'Organizations',
  params: slugParams,
  answer: z.object({ data: z.array(setting) }),
  async handle({ deps, caller, params }) {
    return { data: (await list(deps.context, caller, params.slug)).map(toSetting) };
  },
});
