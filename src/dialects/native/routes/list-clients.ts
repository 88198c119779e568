import { z } from 'zod';
import { listClients as list } from '../../../core/clients/list-clients.ts';
import { toClient } from '../mapping.ts';
import { defineRoute } from '../route.ts';
import { client } from '../schemas.ts';
import { organizationQuery } from './inputs.ts';

export const listClients = defineRoute({
  method: 'GET',
  path: '/clients',
  operationId: 'listClients',
  summary: 'API clients, oldest first',
  tag: 'Clients',
  query: organizationQuery,
  answer: z.object({ data: z.array(client) }),
  async handle({ deps, caller, query }) {
    return { data: (await list(deps.context, caller, query)).map(toClient) };
  },
});
