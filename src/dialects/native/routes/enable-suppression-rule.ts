import { enableSuppressionRule as enable } from '../../../core/alarms/index.ts';
import { enterOrganization } from '../../../core/orgs/enter-organization.ts';
import { toSuppressionRule } from '../alarm-mapping.ts';
import { appliedSuppressionRule } from '../alarm-schemas.ts';
import { defineRoute } from '../route.ts';
import { suppressionRuleParams } from './alarm-inputs.ts';

export const enableSuppressionRule = defineRoute({
  method: 'POST',
  path: '/organizations/:slug/suppression-rules/:id/enable',
  operationId: 'enableSuppressionRule',
  summary: 'Lets a suppression rule hide alarms again, as if it had just been made',
  tag: 'Alarms',
  params: suppressionRuleParams,
  answer: appliedSuppressionRule,
  async handle({ deps, caller, params }) {
    const scope = await enterOrganization(deps.context, caller, params.slug);
    const { rule, suppressed } = await enable(deps.context, scope, params.id);
    return { ...toSuppressionRule(rule), suppressed };
  },
});
