import { sql } from 'kysely';
import type { Tables } from './tables.ts';
import type { Trx } from './transaction.ts';

/**
 * The next number of a series. Numbers rise in the order in which transactions commit and are never given out twice,
 * whatever is deleted: the counter's row stays locked until the transaction ends.
 */
export async function nextNumber(trx: Trx, name: Tables['counters']['name']): Promise<number> {
  const { value } = await trx
    .updateTable('counters')
    .set({ value: sql<number>`value + 1` })
    .where('name', '=', name)
    .returning('value')
    .executeTakeFirstOrThrow();
  return value;
}
