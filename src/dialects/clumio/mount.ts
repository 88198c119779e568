import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { onBehalfOf } from '../../core/on-behalf-of.ts';
import { requirePermission } from '../../core/permission.ts';
import type { DialectDeps } from '../dialect.ts';
import { type MountedHandlers, mountRoute } from '../kit/mount-route.ts';
import type { Guard } from './auth.ts';
import { describeOperation } from './describe.ts';
import { listParameters } from './list-parameters.ts';
import { mediaType, negotiateVersion } from './media-types.ts';
import type { Operation, Resource } from './resource.ts';

/** Old clients put `/api` before every path (section 0). */
const BASES = ['', '/api'];

interface Mounted {
  readonly resource: Resource;
  readonly operation: Operation;
}

export function mountResources(
  app: FastifyInstance,
  resources: readonly Resource[],
  { deps, guard }: { readonly deps: DialectDeps; readonly guard: Guard },
): void {
  sendMediaTypes(app);
  const all = resources.flatMap((resource) => resource.operations.map((operation) => ({ resource, operation })));
  for (const path of new Set(all.map(({ operation }) => operation.path))) {
    const here = all.filter(({ operation }) => operation.path === path);
    for (const base of BASES) {
      const handlers: MountedHandlers = {};
      for (const mounted of here) {
        handlers[mounted.operation.method] = {
          handler: (request, reply) => answer(mounted, { request, reply, deps, guard }),
          schema: { ...describeOperation(mounted), ...(base !== '' && { hide: true }) },
        };
      }
      mountRoute(app, { path: base + path.replaceAll(/\{(\w+)\}/g, ':$1'), handlers });
    }
  }
}

interface Exchange {
  readonly request: FastifyRequest;
  readonly reply: FastifyReply;
  readonly deps: DialectDeps;
  readonly guard: Guard;
}

async function answer({ resource, operation }: Mounted, { request, reply, deps, guard }: Exchange) {
  const { scope, root } = await guard(request);
  requirePermission(scope, operation.permission);
  const version = negotiateVersion(request.headers.accept, resource.name, resource.newest);
  const { status = 200, body } = await operation.answer({
    deps,
    context: onBehalfOf(deps.context, scope.organization),
    scope,
    root,
    version,
    query: await listParameters(request),
    params: request.params as Record<string, string>,
    body: typeof request.body === 'string' ? request.body : '',
    ifMatch: request.headers['if-match'],
    origin: deps.publicUrl ?? `${request.protocol}://${request.host}`,
  });
  MEDIA_TYPES.set(reply, mediaType(resource.name, version));
  return reply.code(status).send(JSON.stringify(body));
}

const MEDIA_TYPES = new WeakMap<FastifyReply, string>();

/** The vendor's types hold a sign that the framework takes for a mistake, and would replace: it is told them last. */
function sendMediaTypes(app: FastifyInstance): void {
  app.addHook('onSend', async (_request, reply) => {
    const type = MEDIA_TYPES.get(reply);
    if (type !== undefined) reply.header('content-type', type);
  });
}
