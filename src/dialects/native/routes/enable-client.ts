import { enableClient as enable } from '../../../core/clients/change-client.ts';
import { toClient } from '../mapping.ts';
import { defineRoute } from '../route.ts';
import { client } from '../schemas.ts';
import { clientParams } from './inputs.ts';

export const enableClient = defineRoute({
  method: 'POST',
  path: '/clients/:id/enable',
  operationId: 'enableClient',
  summary: 'Lets an API client work again',
  tag: 'Clients',
  params: clientParams,
  answer: client,
  async handle({ deps, caller, params }) {
    return toClient(await enable(deps.context, caller, params.id));
  },
});
