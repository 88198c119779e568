import { deleteClient as remove } from '../../../core/clients/change-client.ts';
import { toClient } from '../mapping.ts';
import { defineRoute } from '../route.ts';
import { client } from '../schemas.ts';
import { clientParams } from './inputs.ts';

export const deleteClient = defineRoute({
  method: 'DELETE',
  path: '/clients/:id',
  operationId: 'deleteClient',
  summary: 'Ends an API client and its tokens, for good',
  tag: 'Clients',
  params: clientParams,
  answer: client,
  async handle({ deps, caller, params }) {
    return toClient(await remove(deps.context, caller, params.id));
  },
});
