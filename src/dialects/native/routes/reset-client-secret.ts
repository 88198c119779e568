import { resetClientSecret as reset } from '../../../core/clients/change-client.ts';
import { toClientWithSecret } from '../mapping.ts';
import { defineRoute } from '../route.ts';
import { clientWithSecret } from '../schemas.ts';
import { clientParams } from './inputs.ts';

export const resetClientSecret = defineRoute({
  method: 'POST',
  path: '/clients/:id/reset-secret',
  operationId: 'resetClientSecret',
  summary: 'Makes a new secret, answered this once; the old one and its tokens end here',
  tag: 'Clients',
  params: clientParams,
  answer: clientWithSecret,
  async handle({ deps, caller, params }) {
    const { client, secret } = await reset(deps.context, caller, params.id);
    return toClientWithSecret(client, secret);
  },
});
