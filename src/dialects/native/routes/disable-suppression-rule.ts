import { disableSuppressionRule as disable } from '../../../core/alarms/index.ts';
import { enterOrganization } from '../../../core/orgs/enter-organization.ts';
import { toSuppressionRule } from '../alarm-mapping.ts';
import { suppressionRule } from '../alarm-schemas.ts';
import { defineRoute } from '../route.ts';
import { suppressionRuleParams } from './alarm-inputs.ts';

export const disableSuppressionRule = defineRoute({
  method: 'POST',
  path: '/organizations/:slug/suppression-rules/:id/disable',
  operationId: 'disableSuppressionRule',
  summary: 'Lets alarms come as they are from now on; what is hidden stays hidden',
  tag: 'Alarms',
  params: suppressionRuleParams,
  answer: suppressionRule,
  async handle({ deps, caller, params }) {
    const scope = await enterOrganization(deps.context, caller, params.slug);
    return toSuppressionRule(await disable(deps.context, scope, params.id));
  },
});
