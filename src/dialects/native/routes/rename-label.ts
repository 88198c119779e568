import { renameLabel as rename } from '../../../core/alarms/index.ts';
import { enterOrganization } from '../../../core/orgs/enter-organization.ts';
import { toLabel } from '../alarm-mapping.ts';
import { label } from '../alarm-schemas.ts';
import { defineRoute } from '../route.ts';
import { labelInput, labelParams } from './alarm-inputs.ts';

export const renameLabel = defineRoute({
  method: 'PATCH',
  path: '/organizations/:slug/labels/:id',
  operationId: 'renameLabel',
  summary: 'Renames a label that the organization defines',
  tag: 'Alarms',
  params: labelParams,
  body: labelInput,
  answer: label,
  async handle({ deps, caller, params: { slug, id }, body }) {
    const scope = await enterOrganization(deps.context, caller, slug);
    return toLabel(await rename(deps.context, scope, { id, ...body }), scope.organization.id);
  },
});
