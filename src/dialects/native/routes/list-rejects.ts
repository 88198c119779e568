import { z } from 'zod';
import { listRejects as list } from '../../../core/imports/list-rejects.ts';
import { enterOrganization } from '../../../core/orgs/enter-organization.ts';
import { defineRoute } from '../route.ts';
import { reject } from '../schemas.ts';
import { limitParameter, slugParams } from './inputs.ts';

export const listRejects = defineRoute({
  method: 'GET',
  path: '/organizations/:slug/rejects',
  operationId: 'listRejects',
  summary: 'Records that were refused, with the reason; the latest batch first',
  tag: 'Imports',
  params: slugParams,
  query: z.strictObject({
    limit: limitParameter(1000),
    after: z
      .string()
      .regex(/^\d{1,15}-\d{1,10}$/, 'must be a position that an earlier page gave as next')
      .optional()
      .describe('Where an earlier page ended: its `next`'),
  }),
  answer: z.object({ data: z.array(reject), next: z.string().nullable().describe('Null where no more follow') }),
  async handle({ deps, caller, params, query }) {
    const scope = await enterOrganization(deps.context, caller, params.slug);
    const [seq, row] = query.after?.split('-').map(Number) ?? [];
    const after = seq === undefined || row === undefined ? undefined : { seq, row: Math.min(row, 2 ** 32 - 1) };
    const { rejects, next } = await list(deps.context, scope, { limit: query.limit, after });
    return { data: rejects, next: next && `${next.seq}-${next.row}` };
  },
});
