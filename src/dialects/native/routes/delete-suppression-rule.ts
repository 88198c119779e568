import { deleteSuppressionRule as remove } from '../../../core/alarms/index.ts';
import { enterOrganization } from '../../../core/orgs/enter-organization.ts';
import { toSuppressionRule } from '../alarm-mapping.ts';
import { suppressionRule } from '../alarm-schemas.ts';
import { defineRoute } from '../route.ts';
import { suppressionRuleParams } from './alarm-inputs.ts';

export const deleteSuppressionRule = defineRoute({
  method: 'DELETE',
  path: '/organizations/:slug/suppression-rules/:id',
  operationId: 'deleteSuppressionRule',
  summary: 'Deletes a suppression rule; what it has hidden stays hidden',
  tag: 'Alarms',
  params: suppressionRuleParams,
  answer: suppressionRule,
  async handle({ deps, caller, params }) {
    const scope = await enterOrganization(deps.context, caller, params.slug);
    return toSuppressionRule(await remove(deps.context, scope, params.id));
  },
});
