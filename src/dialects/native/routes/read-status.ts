import { VERSION } from '../../../kit/version.ts';
import { defineRoute } from '../route.ts';
import { status } from '../schemas.ts';

const STARTED_AT = new Date(performance.timeOrigin).toISOString();

export const readStatus = defineRoute({
  method: 'GET',
  path: '/status',
  operationId: 'readStatus',
  summary: 'Which server this is, and who it takes the caller for',
  tag: 'Server',
  answer: status,
  async handle({ caller: { actor, root, permissions } }) {
    return {
      version: VERSION,
      startedAt: STARTED_AT,
      caller: {
        type: actor.type,
        label: actor.label,
        organization: root?.slug ?? null,
        permissions: [...permissions],
      },
    };
  },
});
