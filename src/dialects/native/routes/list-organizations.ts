import { z } from 'zod';
import { listOrganizations as list } from '../../../core/orgs/list-organizations.ts';
import { toOrganization } from '../mapping.ts';
import { defineRoute } from '../route.ts';
import { organization } from '../schemas.ts';

export const listOrganizations = defineRoute({
  method: 'GET',
  path: '/organizations',
  operationId: 'listOrganizations',
  summary: 'The organizations the caller reaches, parents before children',
  tag: 'Organizations',
  answer: z.object({ data: z.array(organization) }),
  async handle({ deps, caller }) {
    return { data: (await list(deps.context, caller)).map(toOrganization) };
  },
});
