import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { toAppError } from '../dialects/kit/to-app-error.ts';

/** Answers a fault of a path that is no surface's: operations and documents. */
export function replyOutsideSurfaces(thrown: unknown, request: FastifyRequest, reply: FastifyReply): FastifyReply {
  const { statusCode = 500 } = (thrown ?? {}) as { statusCode?: number };
  const error = toAppError(thrown, request.id);
  const status = error.code === 'internal' ? 500 : (STATUS[error.code] ?? statusCode);
  if (status >= 500) request.log.error({ err: error.cause ?? error }, error.message);
  return reply.code(status).type('application/json').send({ error: error.code, message: error.public });
}

const STATUS: Readonly<Record<string, number>> = { bad_request: 400, unavailable: 503, no_route: 404 };

/** Documents are files: a path that leads out of their folder, decoded or not, names nothing. */
export function refuseDotSegments(app: FastifyInstance): void {
  app.addHook('onRequest', async (request, reply) => {
    if (!request.url.startsWith('/docs/')) return;
    const [path = ''] = request.url.split('?', 1);
    if (/(^|[/\\])\.\.?([/\\]|$)/.test(decoded(path))) return reply.callNotFound();
  });
}

function decoded(path: string): string {
  try {
    return decodeURIComponent(path);
  } catch {
    return path;
  }
}
