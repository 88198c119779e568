import { z } from 'zod';
import { listImports as list } from '../../../core/imports/list-imports.ts';
import { enterOrganization } from '../../../core/orgs/enter-organization.ts';
import { toListedImport } from '../mapping.ts';
import { defineRoute } from '../route.ts';
import { listedImport } from '../schemas.ts';
import { limitParameter, slugParams } from './inputs.ts';

export const listImports = defineRoute({
  method: 'GET',
  path: '/organizations/:slug/imports',
  operationId: 'listImports',
  summary: 'Imports, newest first',
  tag: 'Imports',
  params: slugParams,
  query: z.strictObject({ limit: limitParameter(1000) }),
  answer: z.object({ data: z.array(listedImport) }),
  async handle({ deps, caller, params, query }) {
    const scope = await enterOrganization(deps.context, caller, params.slug);
    const readerId = caller.root?.id ?? null;
    return { data: (await list(deps.context, scope, { ...query, readerId })).map(toListedImport) };
  },
});
