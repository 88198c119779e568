import { z } from 'zod';
import { listRules as list } from '../../../core/detection/index.ts';
import { defineRoute } from '../route.ts';
import { toDetectionRule } from '../rule-mapping.ts';
import { detectionRule, level } from '../rule-schemas.ts';

export const listRules = defineRoute({
  method: 'GET',
  path: '/rules',
  operationId: 'listRules',
  summary: 'Rules of detection, by pack and title',
  tag: 'Rules',
  query: z.strictObject({
    pack: z.string().max(200).optional(),
    level: level.optional(),
    enabled: z
      .enum(['true', 'false'])
      .optional()
      .transform((text) => (text === undefined ? undefined : text === 'true')),
    setApart: z
      .enum(['true', 'false'])
      .optional()
      .transform((text) => (text === undefined ? undefined : text === 'true'))
      .describe('Those that detection leaves out because they fail, or the others'),
  }),
  answer: z.object({ data: z.array(detectionRule) }),
  async handle({ deps, caller, query }) {
    return { data: (await list(deps.context, caller, query)).map(toDetectionRule) };
  },
});
