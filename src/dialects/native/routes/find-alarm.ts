import { findAlarm as find } from '../../../core/alarms/index.ts';
import { toAlarmDetail } from '../alarm-mapping.ts';
import { alarmDetail } from '../alarm-schemas.ts';
import { defineRoute } from '../route.ts';
import { anyAlarmParams } from './alarm-inputs.ts';

export const findAlarm = defineRoute({
  method: 'GET',
  path: '/alarms/:id',
  operationId: 'findAlarm',
  summary: 'An alarm, whichever organization in reach it belongs to',
  tag: 'Alarms',
  params: anyAlarmParams,
  answer: alarmDetail,
  async handle({ deps, caller, params }) {
    const { alarm, organization } = await find(deps.context, caller, params.id);
    return toAlarmDetail(alarm, organization, deps.context.eventIds);
  },
});
