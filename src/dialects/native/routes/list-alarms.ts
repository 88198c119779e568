import { z } from 'zod';
import { listAlarms as list } from '../../../core/alarms/index.ts';
import { enterOrganization } from '../../../core/orgs/enter-organization.ts';
import { toAlarm } from '../alarm-mapping.ts';
import { alarm } from '../alarm-schemas.ts';
import { defineRoute } from '../route.ts';
import { count } from '../schemas.ts';
import { alarmListOf, alarmListQuery } from './alarm-inputs.ts';
import { slugParams } from './inputs.ts';

export const listAlarms = defineRoute({
  method: 'GET',
  path: '/organizations/:slug/alarms',
  operationId: 'listAlarms',
  summary: 'Alarms of an organization; pages with one `moment` are of one list, whatever happens meanwhile',
  tag: 'Alarms',
  params: slugParams,
  query: alarmListQuery,
  answer: z.object({
    data: z.array(alarm),
    total: count.describe('In the whole list'),
    moment: z.int().describe('To be given with the next page'),
  }),
  async handle({ deps, caller, params: { slug }, query }) {
    const scope = await enterOrganization(deps.context, caller, slug);
    const { total, moment, alarms } = await list(deps.context, scope, alarmListOf(query));
    return { data: alarms.map((model) => toAlarm(model, slug)), total, moment };
  },
});
