import type { FastifySchema } from 'fastify';
import type { RouteMethod } from '../../kit/mount-route.ts';
import type { Answer } from '../call.ts';
import * as operations from '../operations.ts';
import { answerAlarm, answerAlarms } from './alarms.ts';
import { answerEvent, answerEvents } from './events.ts';
import { answerLabelDelete, answerLabelPut, answerLabels } from './labels.ts';

export interface Route {
  readonly answer: Answer;
  readonly schema: FastifySchema;
}

/** The operations of section 0 but for the token, by path below the prefix and method. */
export const ROUTES: Readonly<Record<string, Readonly<Partial<Record<RouteMethod, Route>>>>> = {
  '/alarms': { GET: { answer: answerAlarms, schema: operations.listAlarmsOperation } },
  '/alarms/:alarmId': { GET: { answer: answerAlarm, schema: operations.readAlarmOperation } },
  '/alarms/:alarmId/labels': { GET: { answer: answerLabels, schema: operations.listLabelsOperation } },
  '/alarms/:alarmId/labels/:labelId': {
    PUT: { answer: answerLabelPut, schema: operations.attachLabelOperation },
    DELETE: { answer: answerLabelDelete, schema: operations.detachLabelOperation },
  },
  '/events': { GET: { answer: answerEvents, schema: operations.listEventsOperation } },
  '/events/:eventId': { GET: { answer: answerEvent, schema: operations.readEventOperation } },
};
