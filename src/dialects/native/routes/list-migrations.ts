import { z } from 'zod';
import { listMigrations as list } from '../../../core/upkeep/list-migrations.ts';
import { defineRoute } from '../route.ts';
import { migration } from '../schemas.ts';

export const listMigrations = defineRoute({
  method: 'GET',
  path: '/migrations',
  operationId: 'listMigrations',
  summary: 'What has been applied to the stores, in order; for the operator',
  tag: 'Server',
  answer: z.object({ data: z.array(migration) }),
  async handle({ deps, caller }) {
    return { data: await list(deps.context, caller) };
  },
});
