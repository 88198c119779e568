import type { FastifySchema } from 'fastify';
import { z } from 'zod';
import { mediaType } from './media-types.ts';
import type { Operation, Resource } from './resource.ts';
import { fault } from './schemas.ts';

const FAULTS: Readonly<Record<number, string>> = {
  400: 'Something in the request is missing or malformed',
  401: 'No token, or one that is not valid',
  403: 'The token’s role or organizational unit does not allow it',
  404: 'Nothing of that id in the organizational unit or below it',
  429: 'Too many requests; `Retry-After` says when to come back',
};

/** What the OpenAPI document says of an operation. */
export function describeOperation({
  resource,
  operation,
}: {
  resource: Resource;
  operation: Operation;
}): FastifySchema {
  const { id, path, description } = operation;
  const { summary, tag, query, body, answers } = description;
  const names = [...path.matchAll(/\{(\w+)\}/g)].map(([, name = '']) => name);
  const type = mediaType(resource.name, resource.newest);
  const successes = Object.entries(answers).map(([status, schema]) => [
    status,
    content(status === '202' ? 'Accepted: the task says when it is done' : 'The answer', type, schema),
  ]);
  return {
    operationId: id,
    summary,
    tags: [tag],
    security: [{ token: [] }],
    ...(names.length > 0 && { params: z.object(Object.fromEntries(names.map((name) => [name, z.string()]))) }),
    ...(query && { querystring: z.object(query) }),
    ...(body && { body }),
    response: {
      ...Object.fromEntries(successes),
      ...Object.fromEntries(
        Object.entries(FAULTS).map(([status, about]) => [status, content(about, 'application/json', fault)]),
      ),
    },
  } as FastifySchema;
}

function content(description: string, type: string, schema: z.ZodType) {
  return { description, content: { [type]: { schema } } };
}
