import { attachLabel as attach } from '../../../core/alarms/index.ts';
import { enterOrganization } from '../../../core/orgs/enter-organization.ts';
import { toAlarmDetail } from '../alarm-mapping.ts';
import { alarmDetail } from '../alarm-schemas.ts';
import { defineRoute } from '../route.ts';
import { alarmLabelParams } from './alarm-inputs.ts';

export const attachLabel = defineRoute({
  method: 'PUT',
  path: '/organizations/:slug/alarms/:id/labels/:labelId',
  operationId: 'attachLabel',
  summary: 'Puts a label on an alarm; once more changes nothing',
  tag: 'Alarms',
  params: alarmLabelParams,
  answer: alarmDetail,
  async handle({ deps, caller, params }) {
    const scope = await enterOrganization(deps.context, caller, params.slug);
    const alarm = await attach(deps.context, scope, params.id, params.labelId);
    return toAlarmDetail(alarm, params.slug, deps.context.eventIds);
  },
});
