import { readAlarm as read } from '../../../core/alarms/index.ts';
import { enterOrganization } from '../../../core/orgs/enter-organization.ts';
import { toAlarmDetail } from '../alarm-mapping.ts';
import { alarmDetail } from '../alarm-schemas.ts';
import { defineRoute } from '../route.ts';
import { alarmParams } from './alarm-inputs.ts';

export const readAlarm = defineRoute({
  method: 'GET',
  path: '/organizations/:slug/alarms/:id',
  operationId: 'readAlarm',
  summary: 'An alarm with its earliest events',
  tag: 'Alarms',
  params: alarmParams,
  answer: alarmDetail,
  async handle({ deps, caller, params }) {
    const scope = await enterOrganization(deps.context, caller, params.slug);
    const alarm = await read(deps.context, scope, params.id);
    return toAlarmDetail(alarm, params.slug, deps.context.eventIds);
  },
});
