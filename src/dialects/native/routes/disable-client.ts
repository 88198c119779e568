import { disableClient as disable } from '../../../core/clients/change-client.ts';
import { toClient } from '../mapping.ts';
import { defineRoute } from '../route.ts';
import { client } from '../schemas.ts';
import { clientParams } from './inputs.ts';

export const disableClient = defineRoute({
  method: 'POST',
  path: '/clients/:id/disable',
  operationId: 'disableClient',
  summary: 'Stops an API client and its tokens, until it is enabled again',
  tag: 'Clients',
  params: clientParams,
  answer: client,
  async handle({ deps, caller, params }) {
    return toClient(await disable(deps.context, caller, params.id));
  },
});
