import { z } from 'zod';
import { listSecurityActivity } from '../../../core/activity/list-security-activity.ts';
import { readOrganizationSettings } from '../../../core/orgs/organization-settings.ts';
import type { Call } from '../call.ts';
import { toRequest } from '../mapping/activity.ts';
import { limitOf } from '../paging.ts';
import { securityActivity as schema } from '../schemas.ts';
import { pageWindowOf } from '../window.ts';
import { WINDOW } from './parameters.ts';
import type { V1Route } from './route.ts';

/** Section 9.1. */
export const securityActivity: V1Route = {
  path: '/security-activity',
  permission: 'activity:read',
  parameters: {
    limit: z
      .string()
      .optional()
      .describe(
        'Most records to answer, 100 when absent; at most 500 unless the administrator of this server lifts that.',
      ),
    ...WINDOW,
    stopTimestamp: z.string().optional().describe('Epoch milliseconds, from the page before: what is older.'),
  },
  operationId: 'getSecurityActivity',
  tag: 'Reporting',
  summary: 'Blocked events with a security category, newest first',
  schema,
  answer,
};

async function answer(call: Call): Promise<object> {
  const { context, scope } = call;
  const range = pageWindowOf(call);
  const { securityActivityLimit } = await readOrganizationSettings(context, scope.organization.id);
  const limit = limitOf(call, { absent: Math.min(100, securityActivityLimit), most: securityActivityLimit });
  const { events, moreBeforeMs } = await listSecurityActivity(context, scope, { range, limit });
  return { requests: events.map(toRequest), ...(moreBeforeMs !== null && { stopTimestamp: moreBeforeMs }) };
}
