import { isIP } from 'node:net';
import type { FastifyRequest } from 'fastify';
import type { HostLabel } from '../../../core/tokens/resolve-scope.ts';

/**
 * The organization that the Host name of a request may name (section 0): under `domain` any first label does; without a
 * domain one that is the slug of an organization within reach.
 */
export function hostLabel(request: Pick<FastifyRequest, 'hostname'>, domain: string | null): HostLabel | undefined {
  const host = request.hostname.toLowerCase();
  if (domain === null) {
    const slug = isIP(host) === 0 ? (host.split('.', 1)[0] ?? '') : '';
    return slug === '' ? undefined : { slug, mayBeOther: true };
  }
  return host.endsWith(`.${domain}`) ? { slug: host.slice(0, -domain.length - 1), mayBeOther: false } : undefined;
}

/**
 * Where the client reached the server. With a configured address, that, under the organization's host if the client used
 * one; otherwise what the request says.
 *
 * @param slug of the organization that is answered about
 */
export function originOf(
  request: Pick<FastifyRequest, 'host' | 'hostname' | 'protocol'>,
  publicUrl: string | null,
  slug: string,
): string {
  if (publicUrl === null) return `${request.protocol}://${request.host}`;
  if (request.hostname.toLowerCase().split('.', 1)[0] !== slug) return publicUrl;
  const { protocol, pathname } = new URL(publicUrl);
  return `${protocol}//${request.host}${pathname.replace(/\/$/, '')}`;
}
