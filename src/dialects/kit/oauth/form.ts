import type { FastifyRequest } from 'fastify';
import { badInput } from '../../../model/errors.ts';
import { type BasicCredentials, basicCredentials } from '../authorization-header.ts';

/**
 * The parameters of a form. One without a value counts as absent (RFC 6749, section 3.2). Fails with `bad_request` for one that is
 * given twice.
 *
 * @param body as text; anything else is a form without parameters
 */
export function readForm(body: unknown): ReadonlyMap<string, string> {
  const form = new Map<string, string>();
  const given = new Set<string>();
  for (const [name, value] of new URLSearchParams(typeof body === 'string' ? body : '')) {
    if (given.has(name)) throw badInput(name, undefined, `the parameter ${name.slice(0, 100)} is given more than once`);
    given.add(name);
    if (value !== '') form.set(name, value);
  }
  return form;
}

/**
 * The credentials of a client: from the header or from the form, never from both (RFC 6749, section 2.3). Undefined where there are
 * none. Fails with `bad_request`.
 */
export function clientCredentials(
  request: Pick<FastifyRequest, 'headers'>,
  form: ReadonlyMap<string, string>,
): BasicCredentials | undefined {
  const { authorization = '' } = request.headers;
  const [user, password] = [form.get('client_id'), form.get('client_secret')];
  const basic = basicCredentials(authorization);
  if (authorization !== '' && password !== undefined) {
    throw badInput('client_secret', undefined, 'client credentials are given in the header and in the form');
  }
  if (basic !== undefined && user !== undefined && user !== basic.user) {
    throw badInput('client_id', undefined, 'the header and the form name different clients');
  }
  if (basic !== undefined) return basic;
  return user === undefined || password === undefined ? undefined : { user, password };
}
