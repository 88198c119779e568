import compress from '@fastify/compress';
import fastify, {
  type FastifyInstance,
  type FastifyReply,
  type FastifyRequest,
  type FastifyServerOptions,
  LogController,
  type RouteOptions,
} from 'fastify';
import type { Config } from '../config/index.ts';
import type { Dialect, DialectDeps } from '../dialects/dialect.ts';
import { mountOperations, nameSurface, type Readiness } from './operations.ts';
import { refuseDotSegments, replyOutsideSurfaces } from './outside-surfaces.ts';
import { requireHost } from './request-host.ts';
import { requestId } from './request-id.ts';
import { guardTransport, serverOptions, TRANSPORT_LIMITS, type TransportLimits } from './transport.ts';

export interface AppOptions {
  readonly config: Pick<Config, 'trustedProxies'>;
  readonly dialects: readonly Dialect[];
  readonly deps: DialectDeps;
  readonly readiness: Readiness;
  /** Whether the process was told to stop: then connections end with the answer that is under way. */
  readonly isStopping?: () => boolean;
  readonly logger: FastifyServerOptions['loggerInstance'] | false;
  readonly tls?: { readonly cert: string; readonly key: string };
  /** What differs from the usual limits. */
  readonly transport?: Partial<TransportLimits>;
  /** Called with every route that is added. */
  readonly onRoute?: (route: RouteOptions) => void;
}

/** In bytes. What is smaller fits into one packet anyway. */
const COMPRESSED_FROM = 1024;

/** Longest path parameter: a destination may be a whole URL. */
const MAX_PARAM_LENGTH = 16_384;

function dialectOf(dialects: readonly Dialect[], url: string): Dialect | undefined {
  const path = url.replaceAll(/\/{2,}/g, '/');
  return dialects.find(({ prefixes }) => prefixes.some((prefix) => path.startsWith(`${prefix}/`)));
}

/** The HTTP application, not yet listening: operations, then each dialect in a scope of its own. */
export async function buildApp(options: AppOptions): Promise<FastifyInstance> {
  const limits = { ...TRANSPORT_LIMITS, ...options.transport };
  const app = fastify({
    ...(options.logger ? { loggerInstance: options.logger } : { logger: false }),
    ...(options.tls ? { https: { ...options.tls, ...serverOptions(limits) } } : { http: serverOptions(limits) }),
    keepAliveTimeout: limits.keepAliveMs,
    trustProxy: options.config.trustedProxies.length > 0 ? [...options.config.trustedProxies] : false,
    // A path that cannot be decoded is met before any scope: whose it would have been, its beginning tells.
    frameworkErrors: (error, request, anyReply) => {
      const reply = anyReply as unknown as FastifyReply;
      const owner = dialectOf(options.dialects, request.url);
      if (owner === undefined) replyOutsideSurfaces(error, request as FastifyRequest, reply);
      else owner.replyWithError(error, request as FastifyRequest, reply);
    },
    genReqId: requestId,
    logController: new LogController({ disableRequestLogging: true }),
    // Uploads set their own limit; everything else is a small form or JSON object.
    bodyLimit: 2 ** 20,
    return503OnClosing: true,
    forceCloseConnections: 'idle',
    routerOptions: {
      ignoreDuplicateSlashes: true,
      ignoreTrailingSlash: true,
      maxParamLength: MAX_PARAM_LENGTH,
    },
  }) as unknown as FastifyInstance;
  if (options.onRoute) app.addHook('onRoute', options.onRoute);
  // Lengths tell a stranger nothing (BREACH): no browser sends our credentials by itself.
  await app.register(compress, {
    encodings: ['gzip'],
    threshold: COMPRESSED_FROM,
    // Uploads say themselves what they take.
    globalDecompression: false,
  });
  app.addHook('onSend', async (request, reply) => {
    reply.header('x-request-id', request.id);
    reply.header('x-content-type-options', 'nosniff');
    if (!reply.hasHeader('cache-control')) reply.header('cache-control', 'no-store');
    if (options.isStopping?.()) reply.header('connection', 'close');
    // Ranges, length and checksum of a file are those of its bytes. (A header by which requests decline is all that is heeded.)
    if (reply.hasHeader('accept-ranges')) request.headers['x-no-compression'] = 'ranges';
  });
  app.addHook('onResponse', async (request, reply) => {
    // The path without its query: filters and cursors say more about people than a log should keep.
    const path = request.url.split('?', 1)[0];
    const ms = Math.round(reply.elapsedTime);
    request.log.info({ method: request.method, path, status: reply.statusCode, ms, from: request.ip }, 'answered');
  });
  guardTransport(app, limits);
  app.setErrorHandler(replyOutsideSurfaces);
  refuseDotSegments(app);
  requireHost(app);
  mountOperations(app, options.readiness);
  for (const dialect of options.dialects) {
    await app.register((scope) => {
      nameSurface(scope, dialect.name);
      return dialect.register(scope, options.deps);
    });
  }
  return app;
}
