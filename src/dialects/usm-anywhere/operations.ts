import type { FastifySchema } from 'fastify';
import { z } from 'zod';
import * as schemas from '../kit/usm/schemas.ts';
import { EVENT_COLLECTIONS } from './routes/events.ts';

// What the OpenAPI document says of each route. Requests are read by kit/usm, not by these schemas.

const FAULTS: Readonly<Record<number, string>> = {
  401: 'No token, or one that is not good any more',
  403: 'The client may not do this, or the organization is out of its reach',
  429: 'Too many requests; `Retry-After` says when to come back',
};

const NOT_FOUND = { 404: 'Nothing of that id in this organization' };
const MALFORMED = { 400: 'A parameter is malformed' };

const ALARM_ID = { alarmId: z.string().describe('UUID of an alarm') };
const LABEL_ID = { labelId: z.string().describe('UUID of a label') };

const optional = (about: string) => z.string().optional().describe(about);

const PAGING = {
  page: optional('From 0.'),
  size: optional('1 to 2000; 20 when absent.'),
  sort: optional('`field,asc` or `field,desc`, repeatable; `timestamp_occured,desc` when absent.'),
  moment: optional('From links: the state of the collection that the first page was read from.'),
};

const TIMES = {
  timestamp_occured_gte: optional('Milliseconds since 1970, inclusive.'),
  timestamp_occured_lte: optional('Milliseconds since 1970, inclusive.'),
};

export const listAlarmsOperation: FastifySchema = operation({
  operationId: 'listAlarms',
  summary: 'A page of alarms',
  description: 'Each comes with its ten earliest events; `packet_data` names up to a hundred.',
  tag: 'Alarms',
  query: {
    ...PAGING,
    status: optional('`open`, `closed`, `in_review`; repeated or separated by commas.'),
    suppressed: optional('`true` or `false`; both when absent.'),
    rule_intent: optional('Exact.'),
    rule_method: optional('Exact.'),
    rule_strategy: optional('Exact.'),
    priority_label: optional('`low`, `medium`, `high`; repeated or separated by commas.'),
    alarm_sensor_sources: optional('UUID of a sensor.'),
    ...TIMES,
  },
  answer: schemas.collectionOf(schemas.listedAlarm, ['alarms']),
  faults: MALFORMED,
});

export const readAlarmOperation: FastifySchema = operation({
  operationId: 'getAlarm',
  summary: 'One alarm, with up to a hundred of its events',
  tag: 'Alarms',
  params: ALARM_ID,
  answer: schemas.alarm,
  faults: NOT_FOUND,
});

export const listLabelsOperation: FastifySchema = operation({
  operationId: 'getAlarmLabels',
  summary: 'Labels on an alarm',
  tag: 'Alarms',
  params: ALARM_ID,
  answer: schemas.alarmLabels,
  faults: NOT_FOUND,
});

export const attachLabelOperation: FastifySchema = operation({
  operationId: 'addAlarmLabel',
  summary: 'Puts a label on an alarm',
  tag: 'Alarms',
  params: { ...ALARM_ID, ...LABEL_ID },
  answer: schemas.alarmLabels,
  faults: NOT_FOUND,
});

export const detachLabelOperation: FastifySchema = operation({
  operationId: 'deleteAlarmLabel',
  summary: 'Takes a label off an alarm',
  tag: 'Alarms',
  params: { ...ALARM_ID, ...LABEL_ID },
  answer: schemas.alarmLabels,
  faults: NOT_FOUND,
});

export const listEventsOperation: FastifySchema = operation({
  operationId: 'listEvents',
  summary: 'A page of events',
  description: 'Clients read the items under one of three names; all three hold the same.',
  tag: 'Events',
  query: {
    ...PAGING,
    account_name: optional('Exact.'),
    suppressed: optional('`true` or `false`; no event is suppressed.'),
    plugin: optional('Name of a source of logs, exact.'),
    event_name: optional('Exact.'),
    source_name: optional('Exact.'),
    sensor_uuid: optional('UUID of a sensor.'),
    source_username: optional('Exact.'),
    ...TIMES,
  },
  answer: schemas.collectionOf(schemas.event, EVENT_COLLECTIONS),
  faults: MALFORMED,
});

export const readEventOperation: FastifySchema = operation({
  operationId: 'getEvent',
  summary: 'One event',
  tag: 'Events',
  params: { eventId: z.string().describe('UUID of an event') },
  answer: schemas.event,
  faults: NOT_FOUND,
});

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

function operation({ tag, query, params, answer, faults, ...texts }: Operation): FastifySchema {
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
