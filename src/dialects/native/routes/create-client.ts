import { z } from 'zod';
import { createClient as create } from '../../../core/clients/create-client.ts';
import { toClientWithSecret } from '../mapping.ts';
import { defineRoute, type NativeRoute } from '../route.ts';
import { clientWithSecret } from '../schemas.ts';

/** @param surfaces names that `api` may have */
export function createClient(surfaces: readonly string[]): NativeRoute {
  return defineRoute({
    method: 'POST',
    path: '/clients',
    operationId: 'createClient',
    summary: 'Makes an API client; its secret is answered this once',
    tag: 'Clients',
    body: z.strictObject({
      organization: z.string().describe('Slug'),
      name: z.string(),
      api: z
        .enum(surfaces, { error: `there is no such surface; known are ${surfaces.join(', ')}` })
        .nullish()
        .describe('The one surface it shall work for; without one, the default set'),
      scopes: z.array(z.string().min(1).max(200)).min(1).nullish().describe('In the words of the surface'),
      owner: z.string().nullish().describe('E-mail address of a user: the client works only while they are enabled'),
    }),
    status: 201,
    answer: clientWithSecret,
    async handle({ deps, caller, body }) {
      const { client, secret } = await create(deps.context, caller, body);
      return toClientWithSecret(client, secret);
    },
  });
}
