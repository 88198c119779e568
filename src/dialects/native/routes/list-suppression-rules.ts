import { z } from 'zod';
import { listSuppressionRules as list } from '../../../core/alarms/index.ts';
import { enterOrganization } from '../../../core/orgs/enter-organization.ts';
import { toSuppressionRule } from '../alarm-mapping.ts';
import { suppressionRule } from '../alarm-schemas.ts';
import { defineRoute } from '../route.ts';
import { slugParams } from './inputs.ts';

export const listSuppressionRules = defineRoute({
  method: 'GET',
  path: '/organizations/:slug/suppression-rules',
  operationId: 'listSuppressionRules',
  summary: 'Suppression rules made in an organization, oldest first',
  tag: 'Alarms',
  params: slugParams,
  answer: z.object({ data: z.array(suppressionRule) }),
  async handle({ deps, caller, params }) {
    const scope = await enterOrganization(deps.context, caller, params.slug);
    return { data: (await list(deps.context, scope)).map(toSuppressionRule) };
  },
});
