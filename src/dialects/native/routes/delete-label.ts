import { deleteLabel as remove } from '../../../core/alarms/index.ts';
import { enterOrganization } from '../../../core/orgs/enter-organization.ts';
import { toLabel } from '../alarm-mapping.ts';
import { label } from '../alarm-schemas.ts';
import { defineRoute } from '../route.ts';
import { labelParams } from './alarm-inputs.ts';

export const deleteLabel = defineRoute({
  method: 'DELETE',
  path: '/organizations/:slug/labels/:id',
  operationId: 'deleteLabel',
  summary: 'Deletes a label that the organization defines, and takes it off alarms; answers what it was',
  tag: 'Alarms',
  params: labelParams,
  answer: label,
  async handle({ deps, caller, params }) {
    const scope = await enterOrganization(deps.context, caller, params.slug);
    return toLabel(await remove(deps.context, scope, params.id), scope.organization.id);
  },
});
