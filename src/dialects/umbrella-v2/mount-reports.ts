import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { onBehalfOf } from '../../core/on-behalf-of.ts';
import { requirePermission } from '../../core/permission.ts';
import { AppError } from '../../model/errors.ts';
import type { EventKind } from '../../model/event.ts';
import type { DialectDeps } from '../dialect.ts';
import { type MountedHandler, mountRoute } from '../kit/mount-route.ts';
import { rawQuery } from '../kit/raw-query.ts';
import type { Guard } from './auth.ts';
import type { Call, CallSettings } from './call.ts';
import { deriveCursorKey } from './cursor.ts';
import { reportOperation } from './operations.ts';
import { PARAMETERS, TRAFFIC_WORDS, type TrafficWord } from './parameters.ts';
import { PROVIDER_PREFIXES, REPORT_PREFIXES } from './paths.ts';
import { PROVIDER_ROUTES, ROUTES } from './routes/index.ts';
import type { Answer, ReportRoute } from './routes/route.ts';
import { sendJson, sendText } from './send-json.ts';

type Handler = (route: ReportRoute, request: FastifyRequest, reply: FastifyReply) => Promise<FastifyReply>;

const FAMILIES = [
  { prefixes: REPORT_PREFIXES, routes: ROUTES },
  { prefixes: PROVIDER_PREFIXES, routes: PROVIDER_ROUTES },
];

/** Mounts every report under every prefix of its family. */
export function mountReports(app: FastifyInstance, deps: DialectDeps, guard: Guard): void {
  const settings: CallSettings = {
    offsetCeiling: deps.offsetCeiling,
    noisyDomains: deps.noisyDomains,
    cursorKey: deriveCursorKey(deps.tokenKey),
  };
  const handle: Handler = async (route, request, reply) => {
    const scope = await guard(request, reply);
    requirePermission(scope, route.permission);
    const context = onBehalfOf(deps.context, scope.organization);
    const call = readCall(route, request, { context, scope, settings });
    return send(reply, route, await route.answer(call));
  };
  for (const { prefixes, routes } of FAMILIES) {
    for (const prefix of prefixes) mountBelow(app, prefix, { routes, handle });
  }
}

function mountBelow(
  app: FastifyInstance,
  prefix: string,
  { routes, handle }: { readonly routes: readonly ReportRoute[]; readonly handle: Handler },
): void {
  for (const [below, alternatives] of byPath(routes)) {
    const path = prefix + below;
    mountRoute(app, { path, handlers: handlersOf(alternatives, path, handle) });
  }
}

function send(reply: FastifyReply, route: ReportRoute, { data, meta }: Answer): FastifyReply {
  if (route.envelope !== false) return sendJson(reply, { meta: meta ?? {}, data });
  return typeof data === 'string' ? sendText(reply, data) : sendJson(reply, data);
}

/** Routes by full path: one path may have two methods, one route two paths. */
function byPath(routes: readonly ReportRoute[]): Map<string, ReportRoute[]> {
  const paths = new Map<string, ReportRoute[]>();
  for (const route of routes) {
    const spellings = route.types === undefined ? [route.path] : [route.path, `${route.path}/:type`];
    for (const path of spellings) paths.set(path, [...(paths.get(path) ?? []), route]);
  }
  return paths;
}

function handlersOf(routes: readonly ReportRoute[], path: string, handle: Handler) {
  const handlers: Partial<Record<'GET' | 'POST', MountedHandler>> = {};
  for (const route of routes) {
    handlers[route.method ?? 'GET'] = {
      handler: (request, reply) => handle(route, request, reply),
      schema: reportOperation(route, path),
    };
  }
  return handlers;
}

function readCall(
  route: ReportRoute,
  request: FastifyRequest,
  shared: Pick<Call, 'context' | 'scope' | 'settings'>,
): Call {
  const { type, id = '' } = request.params as { type?: string; id?: string };
  return {
    ...shared,
    endpoint: route.path,
    query: rawQuery({ ...headerParameters(request), ...(request.query as object) }),
    pathId: id,
    body: request.body,
    kinds: type === undefined ? (route.kinds ?? []) : kindsNamed(route, type),
    typed: type !== undefined,
    nowMs: shared.context.now(),
  };
}

/** A kind that other endpoints know and this one does not matches nothing; any other word is no path (section 6). */
function kindsNamed(route: ReportRoute, type: string): readonly EventKind[] {
  if (!Object.hasOwn(TRAFFIC_WORDS, type))
    throw new AppError('no_route', { public: 'no Route matched with those values' });
  const word = type as TrafficWord;
  return route.types?.includes(word) ? [TRAFFIC_WORDS[word]] : [];
}

/** Two parameters are headers by the documentation; a client sends them in the query (section 3.3), which then wins. */
function headerParameters(request: FastifyRequest): Record<string, string> {
  const values: Record<string, string> = {};
  for (const { name, header } of Object.values(PARAMETERS)) {
    const value = header && request.headers[name];
    if (value) values[name] = String(value);
  }
  return values;
}
