import type { FastifySchema } from 'fastify';
import { z } from 'zod';
import * as schemas from './schemas.ts';

// What the OpenAPI documents of both surfaces say alike.

const FAULTS: Readonly<Record<number, string>> = {
  401: 'No token, or one that is not good any more',
  403: 'The client may not do this, or the organization is out of its reach',
  429: 'Too many requests; `Retry-After` says when to come back',
};

export const MALFORMED = { 400: 'A parameter is malformed' };

export const ALARM_ID = { alarmId: z.string().describe('UUID of an alarm') };

export const optional = (about: string) => z.string().optional().describe(about);

export const PAGING = {
  page: optional('From 0.'),
  size: optional('1 to 2000; 20 when absent.'),
  sort: optional('`field,asc` or `field,desc`, repeatable; `timestamp_occured,desc` when absent.'),
  moment: optional('From links: the state of the collection that the first page was read from.'),
};

export const TIMES = {
  timestamp_occured_gte: optional('Milliseconds since 1970, inclusive.'),
  timestamp_occured_lte: optional('Milliseconds since 1970, inclusive.'),
};

/** Section 2.3. */
export const ALARM_FILTERS = {
  status: optional('`open`, `closed`, `in_review`; repeated or separated by commas.'),
  suppressed: optional('`true` or `false`; both when absent.'),
  rule_intent: optional('Exact.'),
  rule_method: optional('Exact.'),
  rule_strategy: optional('Exact.'),
  priority_label: optional('`low`, `medium`, `high`; repeated or separated by commas.'),
  alarm_sensor_sources: optional('UUID of a sensor.'),
  ...TIMES,
};

export const tokenOperation: FastifySchema = {
  operationId: 'createToken',
  summary: 'Exchanges client id and secret for an access token',
  description: '`grant_type` may come in a form body as well.',
  tags: ['Token'],
  security: [{ client: [] }],
  querystring: z.object({ grant_type: optional('`client_credentials`.') }),
  response: {
    200: answered(schemas.token, 'The token'),
    ...faultsOf({
      400: 'No grant type, or another one',
      401: 'Wrong client id or secret',
      429: 'Too many requests; `Retry-After` says when to come back',
    }),
  },
} as FastifySchema;

interface Operation {
  readonly operationId: string;
  readonly summary: string;
  readonly description?: string;
  readonly tag: string;
  readonly query?: Readonly<Record<string, z.ZodType>>;
  readonly params?: Readonly<Record<string, z.ZodType>>;
  readonly answer: z.ZodType;
  readonly faults: Readonly<Record<number, string>>;
}

export function operation({ tag, query, params, answer, faults, ...texts }: Operation): FastifySchema {
  return {
    ...texts,
    tags: [tag],
    security: [{ token: [] }],
    ...(params && { params: z.object(params) }),
    ...(query && { querystring: z.object(query) }),
    response: { 200: answered(answer, 'The answer'), ...faultsOf({ ...FAULTS, ...faults }) },
  } as FastifySchema;
}

function answered(schema: z.ZodType, description: string) {
  return { description, content: { 'application/json': { schema } } };
}

function faultsOf(descriptions: Readonly<Record<number, string>>) {
  return Object.fromEntries(
    Object.entries(descriptions).map(([status, description]) => [status, answered(schemas.fault, description)]),
  );
}
