import type { UsmSurface } from '../../kit/usm/surface.ts';
import { listAlarmsOperation, listDeploymentsOperation, readAlarmOperation } from '../operations.ts';
import { answerAlarm, answerAlarms } from './alarms.ts';
import { answerDeployments } from './deployments.ts';

/** The operations of section 3 but for the token, by path below the prefix and method. */
export const ROUTES: UsmSurface['routes'] = {
  '/deployments': { GET: { answer: answerDeployments, schema: listDeploymentsOperation } },
  '/alarms': { GET: { answer: answerAlarms, schema: listAlarmsOperation } },
  '/alarms/:alarmId': { GET: { answer: answerAlarm, schema: readAlarmOperation } },
};
