import { z } from 'zod';
import { listUsers as list } from '../../../core/users/list-users.ts';
import { toUser } from '../mapping.ts';
import { defineRoute } from '../route.ts';
import { user } from '../schemas.ts';
import { organizationQuery } from './inputs.ts';

export const listUsers = defineRoute({
  method: 'GET',
  path: '/users',
  operationId: 'listUsers',
  summary: 'People, by e-mail address',
  tag: 'Users',
  query: organizationQuery,
  answer: z.object({ data: z.array(user) }),
  async handle({ deps, caller, query }) {
    return { data: (await list(deps.context, caller, query)).map(toUser) };
  },
});
