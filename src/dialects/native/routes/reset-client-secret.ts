import { resetClientSecret as reset } from '../../../core/clients/change-client.ts';
import { toClientWithSecret } from '../mapping.ts';
import { defineRoute, type NativeRoute } from '../route.ts';
import { clientWithSecret } from '../schemas.ts';
import type { Surface } from './create-client.ts';
import { clientParams } from './inputs.ts';

/** @param surfaces those that a client may be made for */
export function resetClientSecret(surfaces: readonly Surface[]): NativeRoute {
  return defineRoute({
    method: 'POST',
    path: '/clients/:id/reset-secret',
    operationId: 'resetClientSecret',
    summary: 'Makes a new secret, answered this once; the old one and its tokens end here',
    tag: 'Clients',
    params: clientParams,
    answer: clientWithSecret,
    async handle({ deps, caller, params }) {
      return toClientWithSecret(await reset(deps.context, caller, params.id), surfaces);
    },
  });
}
