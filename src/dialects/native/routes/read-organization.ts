import { readOrganization as read } from '../../../core/orgs/read-organization.ts';
import { toOrganization } from '../mapping.ts';
import { defineRoute } from '../route.ts';
import { organization } from '../schemas.ts';
import { slugParams } from './inputs.ts';

export const readOrganization = defineRoute({
  method: 'GET',
  path: '/organizations/:slug',
  operationId: 'readOrganization',
  summary: 'One organization',
  tag: 'Organizations',
  params: slugParams,
  answer: organization,
  async handle({ deps, caller, params }) {
    return toOrganization(await read(deps.context, caller, params.slug));
  },
});
