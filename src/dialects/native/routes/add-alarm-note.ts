import { z } from 'zod';
import { addNote as add } from '../../../core/alarms/index.ts';
import { enterOrganization } from '../../../core/orgs/enter-organization.ts';
import { toAlarmNote } from '../alarm-mapping.ts';
import { alarmNote } from '../alarm-schemas.ts';
import { defineRoute } from '../route.ts';
import { alarmParams } from './alarm-inputs.ts';

export const addAlarmNote = defineRoute({
  method: 'POST',
  path: '/organizations/:slug/alarms/:id/notes',
  operationId: 'addAlarmNote',
  summary: 'Notes something about an alarm',
  tag: 'Alarms',
  params: alarmParams,
  body: z.strictObject({ text: z.string().describe('1 to 10,000 characters') }),
  status: 201,
  answer: alarmNote,
  async handle({ deps, caller, params, body }) {
    const scope = await enterOrganization(deps.context, caller, params.slug);
    return toAlarmNote(await add(deps.context, scope, params.id, body));
  },
});
