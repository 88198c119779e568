import { z } from 'zod';
import { listSecurityReports as list } from '../../../core/customers/security-reports.ts';
import { enterOrganization } from '../../../core/orgs/enter-organization.ts';
import { toSecurityReport } from '../mapping.ts';
import { defineRoute } from '../route.ts';
import { securityReport } from '../security-report-schemas.ts';
import { limitParameter, slugParams } from './inputs.ts';

export const listSecurityReports = defineRoute({
  method: 'GET',
  path: '/organizations/:slug/security-reports',
  operationId: 'listSecurityReports',
  summary: 'Security reports about an organization, newest first',
  tag: 'Reports',
  params: slugParams,
  query: z.strictObject({ limit: limitParameter(1000) }),
  answer: z.object({ data: z.array(securityReport) }),
  async handle({ deps, caller, params, query }) {
    const scope = await enterOrganization(deps.context, caller, params.slug);
    return { data: (await list(deps.context, scope, query)).map(toSecurityReport) };
  },
});
