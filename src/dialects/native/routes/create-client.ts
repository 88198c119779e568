import { z } from 'zod';
import { createClient as create } from '../../../core/clients/create-client.ts';
import { badInput } from '../../../model/errors.ts';
import type { Dialect } from '../../dialect.ts';
import { toClientWithSecret } from '../mapping.ts';
import { defineRoute, type NativeRoute } from '../route.ts';
import { clientWithSecret } from '../schemas.ts';

/** What is to be known of a surface that clients are made for. */
export type Surface = Pick<Dialect, 'name' | 'clientNames'>;

/** @param surfaces those that `api` may name */
export function createClient(surfaces: readonly Surface[]): NativeRoute {
  const names = surfaces.map(({ name }) => name);
  return defineRoute({
    method: 'POST',
    path: '/clients',
    operationId: 'createClient',
    summary: 'Makes an API client; its secret is answered this once',
    tag: 'Clients',
    body: z.strictObject({
      organization: z.string().describe('Slug'),
      name: z.string().describe('For USM surfaces letters and digits alone'),
      api: z
        .enum(names, { error: `there is no such surface; known are ${names.join(', ')}` })
        .nullish()
        .describe('The one surface it shall work for; without one, the default set'),
      scopes: z.array(z.string().min(1).max(200)).min(1).nullish().describe('In the words of the surface'),
      owner: z.string().nullish().describe('E-mail address of a user: the client works only while they are enabled'),
    }),
    status: 201,
    answer: clientWithSecret,
    async handle({ deps, caller, body }) {
      requireName(
        body.name,
        surfaces.find(({ name }) => name === body.api),
      );
      const { client, secret } = await create(deps.context, caller, body);
      return toClientWithSecret(client, secret);
    },
  });
}

function requireName(given: string, surface: Surface | undefined): void {
  if (surface?.clientNames === undefined || surface.clientNames.pattern.test(given)) return;
  throw badInput('name', given, `the name of a client for ${surface.name} ${surface.clientNames.rule}`);
}
