import type { FastifySchema } from 'fastify';
import { z } from 'zod';
import { ALARM_FILTERS, ALARM_ID, MALFORMED, operation, optional, PAGING, TIMES } from '../kit/usm/describe.ts';
import * as schemas from '../kit/usm/schemas.ts';
import { EVENT_COLLECTIONS } from './routes/events.ts';

// What the OpenAPI document says of each route. Requests are read by kit/usm, not by these schemas.

const NOT_FOUND = { 404: 'Nothing of that id in this organization' };

const LABEL_ID = { labelId: z.string().describe('UUID of a label') };

export const listAlarmsOperation: FastifySchema = operation({
  operationId: 'listAlarms',
  summary: 'A page of alarms',
  description: 'Each comes with its ten earliest events; `packet_data` names up to a hundred.',
  tag: 'Alarms',
  query: { ...PAGING, ...ALARM_FILTERS },
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
