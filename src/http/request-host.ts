import type { FastifyInstance, FastifyRequest } from 'fastify';
import { AppError } from '../model/errors.ts';

/** `host[:port]` as RFC 3986 has it, without escapes and sub-delimiters: links begin with it. */
const HOST = /^(?:\[[0-9a-f:.]+\]|[\w.~-]+)(?::\d{1,5})?$/i;

/** Probes speak HTTP/1.0 without a host, and get no links. */
const WITHOUT_LINKS = new Set(['/healthz', '/readyz', '/metrics']);

/** Refuses requests that name no host, several, or what is none: organizations and links go by it. */
export function requireHost(app: FastifyInstance): void {
  app.addHook('onRequest', async (request) => {
    const given = hostHeaders(request);
    if (given.length > 1) throw new AppError('bad_request', { public: 'the request names more than one Host' });
    const host = request.host ?? '';
    if (given.length === 0 && host === '' && WITHOUT_LINKS.has(request.routeOptions.url ?? '')) return;
    const named = [...given, host];
    if (!named.every((name) => HOST.test(name)))
      throw new AppError('bad_request', { public: 'the Host is not host[:port]' });
  });
}

/** Node drops all but the first. */
function hostHeaders({ raw }: FastifyRequest): string[] {
  const names = raw.rawHeaders;
  return names.filter((_, index) => index % 2 === 1 && names[index - 1]?.toLowerCase() === 'host');
}
