import { createLabel as create } from '../../../core/alarms/index.ts';
import { enterOrganization } from '../../../core/orgs/enter-organization.ts';
import { toLabel } from '../alarm-mapping.ts';
import { label } from '../alarm-schemas.ts';
import { defineRoute } from '../route.ts';
import { labelInput } from './alarm-inputs.ts';
import { slugParams } from './inputs.ts';

export const createLabel = defineRoute({
  method: 'POST',
  path: '/organizations/:slug/labels',
  operationId: 'createLabel',
  summary: 'Defines a label for an organization and all below it',
  tag: 'Alarms',
  params: slugParams,
  body: labelInput,
  status: 201,
  answer: label,
  async handle({ deps, caller, params, body }) {
    const scope = await enterOrganization(deps.context, caller, params.slug);
    return toLabel(await create(deps.context, scope, body), scope.organization.id);
  },
});
