import { readHealth as read } from '../../../core/imports/read-health.ts';
import { enterOrganization } from '../../../core/orgs/enter-organization.ts';
import { toHealth } from '../mapping.ts';
import { defineRoute } from '../route.ts';
import { health } from '../schemas.ts';
import { slugParams } from './inputs.ts';

export const readHealth = defineRoute({
  method: 'GET',
  path: '/organizations/:slug/health',
  operationId: 'readHealth',
  summary: 'How ingest is doing: batches by state, the newest event, what waits or was set aside',
  tag: 'Imports',
  params: slugParams,
  answer: health,
  async handle({ deps, caller, params }) {
    return toHealth(await read(deps.context, await enterOrganization(deps.context, caller, params.slug)));
  },
});
