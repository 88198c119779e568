import { z } from 'zod';
import { enableRules as enable } from '../../../core/detection/index.ts';
import { defineRoute } from '../route.ts';
import { toDetectionRule } from '../rule-mapping.ts';
import { days, detectionRule, ruleChoice } from '../rule-schemas.ts';
import { chosenRules } from './inputs.ts';

export const enableRules = defineRoute({
  method: 'POST',
  path: '/rules/enable',
  operationId: 'enableRules',
  summary: 'Enables rules, and answers those that were not',
  tag: 'Rules',
  body: ruleChoice.extend({ days: days.optional().describe('Makes the alarms of so many days in the past, too') }),
  answer: z.object({ data: z.array(detectionRule) }),
  async handle({ deps, caller, body: { days: back, ...choice } }) {
    const enabled = await enable(deps.context, caller, { ...chosenRules(choice), days: back });
    return { data: enabled.map(toDetectionRule) };
  },
});
