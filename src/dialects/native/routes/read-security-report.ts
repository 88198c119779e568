import { readSecurityReport as read } from '../../../core/customers/security-reports.ts';
import { enterOrganization } from '../../../core/orgs/enter-organization.ts';
import { toSecurityReport } from '../mapping.ts';
import { defineRoute } from '../route.ts';
import { writtenSecurityReport } from '../security-report-schemas.ts';
import { securityReportParams } from './inputs.ts';

export const readSecurityReport = defineRoute({
  method: 'GET',
  path: '/organizations/:slug/security-reports/:id',
  operationId: 'readSecurityReport',
  summary: 'A security report, and what it says once it is ready',
  tag: 'Reports',
  params: securityReportParams,
  answer: writtenSecurityReport,
  async handle({ deps, caller, params }) {
    const scope = await enterOrganization(deps.context, caller, params.slug);
    const { report, document } = await read(deps.context, scope, params.id);
    return { ...toSecurityReport(report), report: document };
  },
});
