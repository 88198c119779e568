import type { IncomingMessage, ServerOptions } from 'node:http';
import { Readable } from 'node:stream';
import type { FastifyInstance } from 'fastify';
import { AppError } from '../model/errors.ts';
import { type ConnectionLimits, Connections } from './connections.ts';
import { type BodyLimits, TimedBody } from './timed-body.ts';

/** How long clients may take over what they send and read. */
export interface TransportLimits extends BodyLimits, ConnectionLimits {
  /** Time within which a TLS handshake, and the header of a request, must have arrived. */
  readonly headerTimeoutMs: number;
  /** Time for which a connection may be idle between requests. */
  readonly keepAliveMs: number;
  /** Time that requests which have not arrived as a whole get when the server stops. */
  readonly stopGraceMs: number;
}

export const TRANSPORT_LIMITS: TransportLimits = {
  headerTimeoutMs: 60_000,
  bodyTimeoutMs: 60_000,
  uploadBytesPerSecond: 100,
  uploadWindowMs: 30_000,
  stallTimeoutMs: 120_000,
  // Longer than proxies keep theirs (60 to 75 s): otherwise they send a request into a connection that is being closed.
  keepAliveMs: 90_000,
  stopGraceMs: 2_000,
};

declare module 'fastify' {
  interface FastifyInstance {
    connections: Connections;
  }
  interface FastifyRequest {
    /** The body as it arrives, within its time limit; undefined until the header has been dealt with. */
    incomingBody: Readable | undefined;
  }
  interface FastifyContextConfig {
    /** Whether the route's body is an upload, which has a least rate instead of a time limit. */
    isUpload?: boolean;
  }
}

/** Options of Node's server. */
export function serverOptions({ headerTimeoutMs }: TransportLimits): ServerOptions & { handshakeTimeout: number } {
  return {
    headersTimeout: headerTimeoutMs,
    // Bodies have limits of their own.
    requestTimeout: 0,
    connectionsCheckingInterval: Math.min(5_000, headerTimeoutMs),
    handshakeTimeout: headerTimeoutMs,
  };
}

/** Limits what a connection may take, and ends connections when the server stops. */
export function guardTransport(app: FastifyInstance, limits: TransportLimits): void {
  const connections = new Connections(app.server, limits);
  const bodies = new WeakMap<IncomingMessage, TimedBody>();
  app.decorate('connections', connections);
  app.decorateRequest('incomingBody', undefined);
  app.addHook('preParsing', async (request, _reply, payload) => {
    if (!(payload instanceof Readable) || !hasBody(request.raw)) return payload;
    const body = new TimedBody(payload, limits, request.routeOptions.config.isUpload === true);
    bodies.set(request.raw, body);
    request.incomingBody = body.stream;
    return body.stream;
  });
  app.addHook('onSend', async (request, reply) => {
    if (bodies.get(request.raw)?.hasFailed) reply.header('connection', 'close');
  });
  app.addHook('preClose', (done) => {
    connections.stop();
    const stopping = () => new AppError('unavailable', { public: 'the server is stopping', retryAfterSeconds: 5 });
    const timer = setTimeout(() => {
      for (const request of connections.unfinished()) bodies.get(request)?.fail(stopping());
    }, limits.stopGraceMs);
    app.server.once('close', () => clearTimeout(timer));
    done();
  });
}

function hasBody({ headers }: IncomingMessage): boolean {
  return headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) > 0;
}
