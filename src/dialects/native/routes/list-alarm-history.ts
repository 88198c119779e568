import { z } from 'zod';
import { listAlarmHistory as list } from '../../../core/alarms/index.ts';
import { enterOrganization } from '../../../core/orgs/enter-organization.ts';
import { toAlarmDeed } from '../alarm-mapping.ts';
import { alarmDeed } from '../alarm-schemas.ts';
import { defineRoute } from '../route.ts';
import { alarmParams } from './alarm-inputs.ts';

export const listAlarmHistory = defineRoute({
  method: 'GET',
  path: '/organizations/:slug/alarms/:id/history',
  operationId: 'listAlarmHistory',
  summary: 'Who did what with an alarm, oldest first; the latest 1000 deeds',
  tag: 'Alarms',
  params: alarmParams,
  answer: z.object({ data: z.array(alarmDeed) }),
  async handle({ deps, caller, params }) {
    const scope = await enterOrganization(deps.context, caller, params.slug);
    const readerId = caller.root?.id ?? null;
    return { data: (await list(deps.context, scope, params.id, readerId)).map(toAlarmDeed) };
  },
});
