import type { FastifyInstance, FastifySchema, HTTPMethods, RouteHandlerMethod } from 'fastify';
import { AppError } from '../../model/errors.ts';

/** Methods that a surface may give a path; HEAD comes with GET. */
export type RouteMethod = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';

/** What one path answers, by method. */
export type MountedHandlers = Partial<Record<RouteMethod, MountedHandler>>;

export interface MountedRoute {
  readonly path: string;
  readonly handlers: Readonly<MountedHandlers>;
}

export interface MountedHandler {
  readonly handler: RouteHandlerMethod;
  readonly schema: FastifySchema;
  /** Whether the body is an upload of any size. */
  readonly isUpload?: boolean;
}

/** Registers a path. Methods it does not know fail with `method_not_allowed` after `Allow` has been set. */
export function mountRoute(app: FastifyInstance, { path, handlers }: MountedRoute): void {
  const allowed = new Set<string>();
  for (const [method, { handler, schema, isUpload = false }] of Object.entries(handlers)) {
    app.route({ method: method as HTTPMethods, url: path, handler, schema, config: { isUpload } });
    allowed.add(method);
    if (method === 'GET') allowed.add('HEAD');
  }
  const allow = [...allowed].join(', ');
  app.route({
    method: app.supportedMethods.filter((method) => !allowed.has(method)) as HTTPMethods[],
    url: path,
    schema: { hide: true },
    handler: (request, reply) => {
      reply.header('allow', allow);
      throw new AppError('method_not_allowed', { public: `${request.method} is not allowed here, only ${allow}` });
    },
  });
}
