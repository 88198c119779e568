import { z } from 'zod';
import { listNotes as list } from '../../../core/alarms/index.ts';
import { enterOrganization } from '../../../core/orgs/enter-organization.ts';
import { toAlarmNote } from '../alarm-mapping.ts';
import { alarmNote } from '../alarm-schemas.ts';
import { defineRoute } from '../route.ts';
import { alarmParams } from './alarm-inputs.ts';

export const listAlarmNotes = defineRoute({
  method: 'GET',
  path: '/organizations/:slug/alarms/:id/notes',
  operationId: 'listAlarmNotes',
  summary: 'What people noted about an alarm, oldest first',
  tag: 'Alarms',
  params: alarmParams,
  answer: z.object({ data: z.array(alarmNote) }),
  async handle({ deps, caller, params }) {
    const scope = await enterOrganization(deps.context, caller, params.slug);
    const readerId = caller.root?.id ?? null;
    return { data: (await list(deps.context, scope, params.id, readerId)).map(toAlarmNote) };
  },
});
