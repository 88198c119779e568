import { z } from 'zod';
import { removePack } from '../../../core/detection/index.ts';
import { defineRoute } from '../route.ts';
import { count } from '../schemas.ts';
import { packParams } from './inputs.ts';

export const removeRulePack = defineRoute({
  method: 'DELETE',
  path: '/rules/packs/:pack',
  operationId: 'removeRulePack',
  summary: 'Removes all rules of a pack; their alarms stay',
  tag: 'Rules',
  params: packParams,
  answer: z.object({ removed: count }),
  async handle({ deps, caller, params }) {
    return { removed: await removePack(deps.context, caller, params.pack) };
  },
});
