import type { UsmSurface } from '../../kit/usm/surface.ts';
import * as operations from '../operations.ts';
import { answerAlarm, answerAlarms } from './alarms.ts';
import { answerEvent, answerEvents } from './events.ts';
import { answerLabelDelete, answerLabelPut, answerLabels } from './labels.ts';

/** The operations of section 0 but for the token, by path below the prefix and method. */
export const ROUTES: UsmSurface['routes'] = {
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
