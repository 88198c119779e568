import { z } from 'zod';
import { disableRules as disable } from '../../../core/detection/index.ts';
import { defineRoute } from '../route.ts';
import { toDetectionRule } from '../rule-mapping.ts';
import { detectionRule, ruleChoice } from '../rule-schemas.ts';
import { chosenRules } from './inputs.ts';

export const disableRules = defineRoute({
  method: 'POST',
  path: '/rules/disable',
  operationId: 'disableRules',
  summary: 'Disables rules, and answers those that were enabled; their alarms stay',
  tag: 'Rules',
  body: ruleChoice,
  answer: z.object({ data: z.array(detectionRule) }),
  async handle({ deps, caller, body }) {
    return { data: (await disable(deps.context, caller, chosenRules(body))).map(toDetectionRule) };
  },
});
