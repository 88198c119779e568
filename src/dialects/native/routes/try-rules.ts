import { z } from 'zod';
import { tryRules as run } from '../../../core/detection/index.ts';
import { badInput } from '../../../model/errors.ts';
import { defineRoute } from '../route.ts';
import { toTriedRules } from '../rule-mapping.ts';
import { days, triedRules } from '../rule-schemas.ts';

export const tryRules = defineRoute({
  method: 'POST',
  path: '/rules/try',
  operationId: 'tryRules',
  summary: 'What a rule would have found in the last days, event by event and alarm by alarm; nothing is changed',
  tag: 'Rules',
  body: z.strictObject({
    id: z.string().max(200).optional().describe('Of a rule that is loaded'),
    text: z.string().max(500_000).optional().describe('Rules that are not'),
    file: z.string().max(1000).optional().describe('What to call the text in problems'),
    days: days.optional().describe('7 if not given'),
  }),
  answer: triedRules,
  async handle({ deps, caller, body: { id, text, file = 'rule', days: back = 7 } }) {
    if ((id === undefined) === (text === undefined)) throw badInput('id', id, 'give one of id and text');
    const trial = id === undefined ? { text: text ?? '', file } : { id };
    return toTriedRules(await run(deps.context, caller, { trial, days: back }));
  },
});
