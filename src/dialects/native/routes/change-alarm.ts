import { z } from 'zod';
import { changeAlarm as change } from '../../../core/alarms/index.ts';
import { enterOrganization } from '../../../core/orgs/enter-organization.ts';
import { toAlarmDetail } from '../alarm-mapping.ts';
import { alarmDetail, alarmStatus } from '../alarm-schemas.ts';
import { defineRoute } from '../route.ts';
import { alarmParams } from './alarm-inputs.ts';

export const changeAlarm = defineRoute({
  method: 'PATCH',
  path: '/organizations/:slug/alarms/:id',
  operationId: 'changeAlarm',
  summary: 'Opens, reviews or closes an alarm, hides it or shows it again',
  tag: 'Alarms',
  params: alarmParams,
  body: z.strictObject({ status: alarmStatus.optional(), suppressed: z.boolean().optional() }),
  answer: alarmDetail,
  async handle({ deps, caller, params, body }) {
    const scope = await enterOrganization(deps.context, caller, params.slug);
    const alarm = await change(deps.context, scope, params.id, body);
    return toAlarmDetail(alarm, params.slug, deps.context.eventIds);
  },
});
