import { detachLabel as detach } from '../../../core/alarms/index.ts';
import { enterOrganization } from '../../../core/orgs/enter-organization.ts';
import { toAlarmDetail } from '../alarm-mapping.ts';
import { alarmDetail } from '../alarm-schemas.ts';
import { defineRoute } from '../route.ts';
import { alarmLabelParams } from './alarm-inputs.ts';

export const detachLabel = defineRoute({
  method: 'DELETE',
  path: '/organizations/:slug/alarms/:id/labels/:labelId',
  operationId: 'detachLabel',
  summary: 'Takes a label off an alarm; that it was not on it changes nothing',
  tag: 'Alarms',
  params: alarmLabelParams,
  answer: alarmDetail,
  async handle({ deps, caller, params }) {
    const scope = await enterOrganization(deps.context, caller, params.slug);
    const alarm = await detach(deps.context, scope, params.id, params.labelId);
    return toAlarmDetail(alarm, params.slug, deps.context.eventIds);
  },
});
