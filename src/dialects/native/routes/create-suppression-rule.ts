import { z } from 'zod';
import { createSuppressionRule as create } from '../../../core/alarms/index.ts';
import { enterOrganization } from '../../../core/orgs/enter-organization.ts';
import { toSuppressionRule } from '../alarm-mapping.ts';
import { appliedSuppressionRule, suppressionMatch } from '../alarm-schemas.ts';
import { defineRoute } from '../route.ts';
import { slugParams } from './inputs.ts';

export const createSuppressionRule = defineRoute({
  method: 'POST',
  path: '/organizations/:slug/suppression-rules',
  operationId: 'createSuppressionRule',
  summary: 'Hides alarms of an organization and of all below it',
  tag: 'Alarms',
  params: slugParams,
  body: z.strictObject({ name: z.string(), match: suppressionMatch }),
  status: 201,
  answer: appliedSuppressionRule,
  async handle({ deps, caller, params, body }) {
    const scope = await enterOrganization(deps.context, caller, params.slug);
    const { rule, suppressed } = await create(deps.context, scope, body);
    return { ...toSuppressionRule(rule), suppressed };
  },
});
