import { z } from 'zod';
import { createClient as create } from '../../../core/clients/create-client.ts';
import { badInput } from '../../../model/errors.ts';
import type { Dialect } from '../../dialect.ts';
import { toClientWithSecret } from '../mapping.ts';
import { defineRoute, type NativeRoute } from '../route.ts';
import { clientWithSecret } from '../schemas.ts';

/** What is to be known of a surface that clients are made for. */
export type Surface = Pick<Dialect, 'name' | 'clientNames' | 'tokens'>;

const expiry = z.union([z.iso.date(), z.iso.datetime({ offset: true })], {
  error: 'must be a day (2027-01-31) or an instant (2027-01-31T12:00:00Z)',
});

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
      role: z.string().nullish().describe('For surfaces with roles, instead of scopes; the highest if not given'),
      expiresAt: expiry.nullish().describe('A day or an instant, ISO 8601: when it stops working by itself'),
      owner: z.string().nullish().describe('E-mail address of a user: the client works only while they are enabled'),
    }),
    status: 201,
    answer: clientWithSecret,
    async handle({ deps, caller, body }) {
      const surface = surfaces.find(({ name }) => name === body.api);
      requireName(body.name, surface);
      const scopes = scopesOf(body, surface);
      const expiresAt = body.expiresAt ? futureInstant(body.expiresAt, deps.context.now()) : null;
      return toClientWithSecret(await create(deps.context, caller, { ...body, scopes, expiresAt }), surfaces);
    },
  });
}

function requireName(given: string, surface: Surface | undefined): void {
  if (surface?.clientNames === undefined || surface.clientNames.pattern.test(given)) return;
  throw badInput('name', given, `the name of a client for ${surface.name} ${surface.clientNames.rule}`);
}

interface AskedRights {
  readonly role?: string | null | undefined;
  readonly scopes?: readonly string[] | null | undefined;
  readonly owner?: string | null | undefined;
}

/** A role is kept as the one scope; the token of a person has the person's. */
function scopesOf({ role, scopes, owner }: AskedRights, surface: Surface | undefined): readonly string[] | null {
  const roles = surface?.tokens?.roles;
  if (roles === undefined) {
    if (role) throw badInput('role', role, `clients of ${surface?.name ?? 'these surfaces'} have scopes, no role`);
    return scopes ?? null;
  }
  if (scopes) throw badInput('scopes', scopes.join(' '), `clients of ${surface?.name} have a role, no scopes`);
  if (!role) return null;
  if (owner) throw badInput('role', role, 'a client that belongs to a user has what the user’s role gives');
  if (roles.includes(role)) return [role];
  throw badInput('role', role, `there is no role ${role.slice(0, 100)}; known are ${roles.join(', ')}`);
}

function futureInstant(text: string, nowMs: number): Date {
  const instant = new Date(text);
  if (instant.getTime() > nowMs) return instant;
  throw badInput('expiresAt', text, 'a client cannot have expired before it is made');
}
