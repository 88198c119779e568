import type { FastifySchema } from 'fastify';
import { z } from 'zod';
import { ALARM_FILTERS, ALARM_ID, MALFORMED, operation, optional, PAGING } from '../kit/usm/describe.ts';
import { collectionOf } from '../kit/usm/schemas.ts';
import { alarmDocument, deployment } from './schemas.ts';

// What the OpenAPI document says of each route. Requests are read by kit/usm, not by these schemas.

export const listDeploymentsOperation: FastifySchema = operation({
  operationId: 'listDeployments',
  summary: 'Every deployment',
  tag: 'Deployments',
  answer: z.array(deployment),
  faults: {},
});

export const listAlarmsOperation: FastifySchema = operation({
  operationId: 'listAlarms',
  summary: 'A page of the alarms of all deployments',
  description: 'Each comes with its ten earliest events.',
  tag: 'Alarms',
  query: {
    ...PAGING,
    ...ALARM_FILTERS,
    deploymentId: optional('`id`, `name` or `fqdn` of a deployment; repeatable.'),
    tenantId: optional('The same.'),
  },
  answer: collectionOf(alarmDocument, ['alarms']),
  faults: MALFORMED,
});

export const readAlarmOperation: FastifySchema = operation({
  operationId: 'getAlarm',
  summary: 'One alarm, with up to a hundred of its events',
  tag: 'Alarms',
  params: ALARM_ID,
  answer: alarmDocument,
  faults: { 404: 'No alarm of that id in any deployment' },
});
