import { verifyTrail } from '../../../core/audit/verify-trail.ts';
import { defineRoute } from '../route.ts';
import { auditVerdict } from '../schemas.ts';

export const verifyAudit = defineRoute({
  method: 'GET',
  path: '/audit/verify',
  operationId: 'verifyAudit',
  summary: 'Checks the audit trail entry by entry; for the operator',
  tag: 'Server',
  answer: auditVerdict,
  async handle({ deps, caller }) {
    const { entries, head, fault = null } = await verifyTrail(deps.context, caller);
    return { entries, head, fault };
  },
});
