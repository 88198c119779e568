import { z } from 'zod';
import { giveUpBatch as giveUp } from '../../../core/imports/give-up-batch.ts';
import { retryBatch as retry } from '../../../core/imports/retry-batch.ts';
import { listUnfinishedBatches, type OperatorBatch } from '../../../core/imports/unfinished-batches.ts';
import { batch } from '../batch-schemas.ts';
import { defineRoute, type NativeRoute } from '../route.ts';
import { limitParameter } from './inputs.ts';

const batchParams = z.object({
  number: z
    .string()
    .regex(/^[1-9]\d{0,14}$/, 'must be the number of a batch')
    .transform(Number)
    .describe('Number of a batch'),
});

const listBatches = defineRoute({
  method: 'GET',
  path: '/batches',
  operationId: 'listBatches',
  summary: 'Batches of all organizations that wait or were set aside, by number; for the operator',
  tag: 'Imports',
  query: z.strictObject({ limit: limitParameter(1000) }),
  answer: z.object({ data: z.array(batch) }),
  async handle({ deps, caller, query }) {
    return { data: (await listUnfinishedBatches(deps.context, caller, query)).map(toBatch) };
  },
});

const giveUpBatch = defineRoute({
  method: 'POST',
  path: '/batches/:number/give-up',
  operationId: 'giveUpBatch',
  summary:
    'Sets an open batch aside that nobody has loaded for a minute; one that is found stored is committed instead; for the operator',
  tag: 'Imports',
  params: batchParams,
  answer: batch,
  handle: async ({ deps, caller, params }) => toBatch(await giveUp(deps.context, caller, params.number)),
});

const retryBatch = defineRoute({
  method: 'POST',
  path: '/batches/:number/retry',
  operationId: 'retryBatch',
  summary: 'Opens a batch that was set aside again, under a new number, to be loaded within seconds; for the operator',
  tag: 'Imports',
  params: batchParams,
  answer: batch,
  handle: async ({ deps, caller, params }) => toBatch(await retry(deps.context, deps.ingest, caller, params.number)),
});

function toBatch(model: OperatorBatch): z.input<typeof batch> {
  const { seq, organization, state, path, format, received, attempts, openedAt, waitsFor, reason } = model;
  return { batch: seq, organization, state, path, format, received, attempts, openedAt, waitsFor, reason };
}

/** What the event store has not got. */
export const BATCH_ROUTES: readonly NativeRoute[] = [listBatches, giveUpBatch, retryBatch];
