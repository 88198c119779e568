import type { FastifyInstance } from 'fastify';
import { collectDefaultMetrics, Gauge, Histogram, Registry, register } from 'prom-client';
import { VERSION } from '../kit/version.ts';

/** Whether the server can do its work. */
export interface Readiness {
  /** What is wrong, by part; empty when all is well. */
  check(): Promise<Readonly<Record<string, string>>>;
  /** What an operator should look at although requests are answered, by part. Never rejects. */
  warnings(): Promise<Readonly<Record<string, string>>>;
  /** Figures for `/metrics` that are looked up when asked for. Never rejects: what cannot be found out is left out. */
  figures(): Promise<readonly Figure[]>;
}

/** One gauge of `/metrics` at one moment, in base units. */
export interface Figure {
  readonly name: string;
  readonly help: string;
  readonly value: number;
  /** The same names for every figure of one name; few values. */
  readonly labels?: Readonly<Record<string, string>>;
}

declare module 'fastify' {
  interface FastifyRequest {
    /** Name of the dialect whose path was asked for; `none` for all other paths. */
    surface: string;
  }
}

/** `GET /healthz` (the process answers), `GET /readyz` (its stores do) and `GET /metrics` (Prometheus text). */
export function mountOperations(app: FastifyInstance, readiness: Readiness): void {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  tellBuild(registry);
  countRequests(app, registry);
  app.get('/healthz', async () => ({ status: 'ok' }));
  app.get('/readyz', async (_request, reply) => {
    const [faults, warnings] = await Promise.all([readiness.check(), readiness.warnings()]);
    const ready = Object.keys(faults).length === 0;
    return reply.code(ready ? 200 : 503).send({ status: ready ? 'ready' : 'not ready', faults, warnings });
  });
  const show = createFigureGauges(registry);
  app.get('/metrics', async (_request, reply) => {
    show(await readiness.figures());
    // What other rooms count while they work is in the library's own registry.
    const text = `${await registry.metrics()}${await register.metrics()}`;
    return reply.type(registry.contentType).send(text);
  });
}

/** Names the surface that everything in this scope belongs to. */
export function nameSurface(scope: FastifyInstance, name: string): void {
  scope.addHook('onRequest', (request, _reply, done) => {
    request.surface = name;
    done();
  });
}

/** A figure that is not told any more is not shown any more: an old number would pass for a new one. */
function createFigureGauges(registry: Registry): (figures: readonly Figure[]) => void {
  const gauges = new Map<string, Gauge>();
  return (figures) => {
    for (const gauge of gauges.values()) gauge.reset();
    for (const { name, help, value, labels = {} } of figures) {
      const gauge =
        gauges.get(name) ?? new Gauge({ name, help, labelNames: Object.keys(labels), registers: [registry] });
      gauges.set(name, gauge);
      gauge.set(labels, value);
    }
    for (const name of gauges.keys()) {
      if (figures.some((figure) => figure.name === name)) continue;
      registry.removeSingleMetric(name);
      gauges.delete(name);
    }
  };
}

function tellBuild(registry: Registry): void {
  const labels = { version: VERSION, node: process.versions.node };
  new Gauge({
    name: 'belfry_build_info',
    help: 'Always 1; the labels tell the release and the Node that runs it',
    labelNames: Object.keys(labels),
    registers: [registry],
  }).set(labels, 1);
}

/** By route pattern, never by path: the number of series must not grow with what clients ask for. */
function countRequests(app: FastifyInstance, registry: Registry): void {
  const inFlight = new Gauge({
    name: 'belfry_http_requests_in_flight',
    help: 'HTTP requests that are not answered yet',
    registers: [registry],
  });
  const duration = new Histogram({
    name: 'belfry_http_request_duration_seconds',
    help: 'Time from request to answer',
    labelNames: ['surface', 'method', 'route', 'status'],
    buckets: [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30],
    registers: [registry],
  });
  app.decorateRequest('surface', 'none');
  app.addHook('onRequest', (_request, _reply, done) => {
    inFlight.inc();
    done();
  });
  app.addHook('onResponse', (request, reply, done) => {
    inFlight.dec();
    const { surface, method } = request;
    const route = request.routeOptions.url ?? 'none';
    duration.observe({ surface, method, route, status: reply.statusCode }, reply.elapsedTime / 1000);
    done();
  });
}
