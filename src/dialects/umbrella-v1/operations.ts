import type { FastifySchema } from 'fastify';
import { z } from 'zod';
import { scopeOf } from '../kit/umbrella/scopes.ts';
import type { V1Route } from './routes/route.ts';
import { fault } from './schemas.ts';

// What the OpenAPI document says of each route. Requests are read by the routes, not by these schemas.

const FAULTS: Readonly<Record<number, string>> = {
  400: 'A parameter or the destination is malformed',
  401: 'No key and secret, or wrong ones',
  403: 'The key lacks the scope, or the organization is out of its reach',
  404: 'No such path',
  429: 'Too many requests; `Retry-After` says when to come back',
};

const PATH = {
  organizationId: z.string().describe('Number of the organization: the key’s own, or one below it'),
  destination: z.string().describe('Domain or address, URL-encoded, without scheme, port and path'),
};

export function operationOf(route: V1Route): FastifySchema {
  const { organizationId } = PATH;
  return {
    operationId: route.operationId,
    summary: route.summary,
    description: `Needs the scope \`${scopeOf(route.permission)}\`.`,
    tags: [route.tag],
    security: [{ key: [] }],
    params: z.object(route.path.includes(':') ? PATH : { organizationId }),
    ...(Object.keys(route.parameters).length > 0 && { querystring: z.object(route.parameters) }),
    response: { 200: json(route.schema, 'The answer'), ...faults() },
  } as FastifySchema;
}

function faults() {
  return Object.fromEntries(Object.entries(FAULTS).map(([status, description]) => [status, json(fault, description)]));
}

function json(schema: z.ZodType, description: string) {
  return { description, content: { 'application/json': { schema } } };
}
