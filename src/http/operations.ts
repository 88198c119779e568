import type { FastifyInstance } from 'fastify';
import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';

/** Whether the server can do its work. */
export interface Readiness {
  /** What is wrong, by part; empty when all is well. */
  check(): Promise<Readonly<Record<string, string>>>;
  /** Figures for `/metrics` that are looked up when asked for, by metric name. */
  figures(): Promise<readonly Figure[]>;
}

export interface Figure {
  readonly name: string;
  readonly help: string;
  readonly value: number;
}

/** `GET /healthz` (the process answers), `GET /readyz` (its stores do) and `GET /metrics` (Prometheus text). */
export function mountOperations(app: FastifyInstance, readiness: Readiness): void {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  countRequests(app, registry);
  app.get('/healthz', async () => ({ status: 'ok' }));
  app.get('/readyz', async (_request, reply) => {
    const faults = await readiness.check();
    const ready = Object.keys(faults).length === 0;
    return reply.code(ready ? 200 : 503).send({ status: ready ? 'ready' : 'not ready', faults });
  });
  const gauges = new Map<string, Gauge>();
  app.get('/metrics', async (_request, reply) => {
    for (const { name, help, value } of await readiness.figures()) {
      const gauge = gauges.get(name) ?? new Gauge({ name, help, registers: [registry] });
      gauges.set(name, gauge);
      gauge.set(value);
    }
    return reply.type(registry.contentType).send(await registry.metrics());
  });
}

/** By route pattern, never by path: the number of series must not grow with what clients ask for. */
function countRequests(app: FastifyInstance, registry: Registry): void {
  const labelNames = ['method', 'route', 'status'] as const;
  const requests = new Counter({
    name: 'belfry_http_requests_total',
    help: 'Answered HTTP requests',
    labelNames,
    registers: [registry],
  });
  const seconds = new Histogram({
    name: 'belfry_http_request_seconds',
    help: 'Time from request to answer in seconds',
    labelNames: ['method', 'route'],
    buckets: [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30],
    registers: [registry],
  });
  app.addHook('onResponse', async (request, reply) => {
    const labels = { method: request.method, route: request.routeOptions.url ?? 'none' };
    requests.inc({ ...labels, status: reply.statusCode });
    seconds.observe(labels, reply.elapsedTime / 1000);
  });
}
