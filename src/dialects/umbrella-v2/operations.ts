import type { FastifySchema } from 'fastify';
import { z } from 'zod';
import { scopeOf } from '../kit/umbrella/scopes.ts';
import { PARAMETERS, type ParameterCode } from './parameters.ts';
import type { ReportRoute } from './routes/route.ts';
import { envelope, fault, token, wrongCredential } from './schemas/envelope.ts';

// What the OpenAPI document says of each route. Requests are read by the parameter table, not by these schemas.

const FAULTS: Readonly<Record<number, string>> = {
  400: 'A parameter is missing or malformed',
  401: 'No token, or one that is not good any more',
  403: 'The token lacks the scope, or the organization is out of its reach',
  429: 'Too many requests; `Retry-After` says when to come back',
};

const NOT_FOUND = 'No such path, or nothing of that name';

/** Prefix that the document describes; the others answer alike. */
const DOCUMENTED = '/reports/v2/';

export function reportOperation(route: ReportRoute, path: string): FastifySchema {
  if (!path.startsWith(DOCUMENTED)) return { hide: true };
  const typed = path.endsWith('/:type');
  const faults = path.includes(':') && path !== route.path ? { ...FAULTS, 404: NOT_FOUND } : FAULTS;
  return {
    operationId: route.operationId ?? operationId(path, route.method ?? 'GET'),
    summary: typed ? `${route.summary}, of one kind of traffic` : route.summary,
    description: `Needs the scope \`${scopeOf(route.permission)}\`.`,
    tags: [tagOf(route, path)],
    security: [{ token: [] }],
    ...pathParameters(route, path),
    ...parametersIn('querystring', route),
    ...parametersIn('headers', route),
    ...(route.body && { body: route.body }),
    response: { 200: answerOf(route), ...faultsOf(faults) },
  } as FastifySchema;
}

export function tokenOperation(path: string, method: 'GET' | 'POST'): FastifySchema {
  const legacy = path.includes('oauth2');
  return {
    operationId: `${method === 'GET' ? 'get' : 'create'}${legacy ? 'Legacy' : ''}Token`,
    summary: `Exchanges API key and secret for an access token${legacy ? ', at the legacy path' : ''}`,
    description: 'Form fields `grant_type`, `client_id` and `client_secret` are read too; all are optional.',
    tags: ['Token'],
    security: [{ key: [] }],
    headers: z.object({
      'x-umbrella-orgid': z.string().optional().describe('A child organization that the token shall be for'),
    }),
    response: {
      200: ok(token, 'The token'),
      401: ok(wrongCredential, 'Wrong key or secret'),
      ...faultsOf({ 400: 'Another grant type', 403: 'The organization is out of reach', 429: 'Too many tokens' }),
    },
  } as FastifySchema;
}

function pathParameters(route: ReportRoute, path: string): { params?: z.ZodType } {
  if (route.types !== undefined && path.endsWith('/:type')) return { params: z.object({ type: z.enum(route.types) }) };
  if (path.split('/').includes(':id')) return { params: z.object({ id: z.string() }) };
  return {};
}

function parametersIn(part: 'querystring' | 'headers', route: ReportRoute): Record<string, z.ZodType> {
  const shape: Record<string, z.ZodType> = {};
  for (const code of route.parameters) {
    const { name, about, header = false } = PARAMETERS[code];
    if (header === (part === 'headers')) shape[name] = schemaOf(code).describe(about);
  }
  return Object.keys(shape).length === 0 ? {} : { [part]: z.object(shape) };
}

const REQUIRED: readonly ParameterCode[] = ['F', 'T'];

function schemaOf(code: ParameterCode): z.ZodType {
  return REQUIRED.includes(code) ? z.string() : z.string().optional();
}

function answerOf(route: ReportRoute) {
  const { description, content } = ok(route.envelope === false ? route.data : envelope(route.data), 'The answer');
  return { description, content: { ...content, ...(route.plainText && { 'text/plain': { schema: z.string() } }) } };
}

function ok(schema: z.ZodType, description: string) {
  return { description, content: { 'application/json': { schema } } };
}

function faultsOf(descriptions: Readonly<Record<number, string>>) {
  return Object.fromEntries(
    Object.entries(descriptions).map(([status, description]) => [status, ok(fault, description)]),
  );
}

/** `/reports/v2/top-identities/:type` → `getTopIdentitiesByType`. */
function operationId(path: string, method: string): string {
  const words = path
    .slice(DOCUMENTED.length)
    .replace('/:', '/by-')
    .split(/[/-]/)
    .map((word) => word.charAt(0).toUpperCase() + word.slice(1));
  return `${method === 'GET' ? 'get' : 'find'}${words.join('')}`;
}

function tagOf(route: ReportRoute, path: string): string {
  if (path.startsWith(`${DOCUMENTED}providers/`)) return 'Provider';
  if (route.permission === 'activity:read') return 'Activity';
  return route.permission === 'reference:read' ? 'Reference' : 'Reports';
}
