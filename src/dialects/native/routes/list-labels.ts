import { z } from 'zod';
import { listLabels as list } from '../../../core/alarms/index.ts';
import { enterOrganization } from '../../../core/orgs/enter-organization.ts';
import { toLabel } from '../alarm-mapping.ts';
import { label } from '../alarm-schemas.ts';
import { defineRoute } from '../route.ts';
import { slugParams } from './inputs.ts';

export const listLabels = defineRoute({
  method: 'GET',
  path: '/organizations/:slug/labels',
  operationId: 'listLabels',
  summary: 'Labels that alarms of an organization can carry, by name; those defined above it included',
  tag: 'Alarms',
  params: slugParams,
  answer: z.object({ data: z.array(label) }),
  async handle({ deps, caller, params }) {
    const scope = await enterOrganization(deps.context, caller, params.slug);
    const labels = await list(deps.context, scope);
    return { data: labels.map((model) => toLabel(model, scope.organization.id)) };
  },
});
