import type { AlarmEvidence } from '../../model/alarm.ts';
import { combineEvidence } from '../../model/alarm-evidence.ts';
import { type Db, inTransaction, type Trx } from '../transaction.ts';
import { chunks } from './chunks.ts';

// What each batch added to an alarm is on record so that a batch that is looked at again adds nothing. A busy alarm has a
// record for each of thousands of batches; those of long ago become one, their sum, under minus the number of the last batch.
//
// A batch may be looked at again however old it is: rules that are enabled look back as far as they are told, and an event
// that comes late makes a correlation look at the time around it once more. So nothing is forgotten of an alarm that still
// is there. What is lost with the parts is being able to tell them apart: a batch up to that number counts as it was counted,
// also where a rule that was changed since would see something else in it.

/** Batches that are folded without letting anybody else write. */
const BATCHES_AT_ONCE = 50;

/** Folds what batches committed before an instant added to alarms, of those batches that detection has seen; answers how many. */
export async function foldMatches(
  db: Db,
  { committedBefore, seen }: { readonly committedBefore: Date; readonly seen: number },
): Promise<number> {
  const last = Math.min(seen, await lastBatchBefore(db, committedBefore));
  for (let count = 0; ; ) {
    const folded = await inTransaction(db, (trx) => foldSome(trx, last));
    count += folded;
    if (folded < BATCHES_AT_ONCE) return count;
  }
}

async function lastBatchBefore(db: Db, instant: Date): Promise<number> {
  const row = await db
    .selectFrom('batches')
    .select('seq')
    .where('committedAt', '<', instant.toISOString())
    .orderBy('committedAt', 'desc')
    .limit(1)
    .executeTakeFirst();
  return row?.seq ?? 0;
}

async function foldSome(trx: Trx, last: number): Promise<number> {
  const batches = await trx
    .selectFrom('alarmMatches')
    .select('batchSeq')
    .distinct()
    .where('batchSeq', '>', 0)
    .where('batchSeq', '<=', last)
    .orderBy('batchSeq')
    .limit(BATCHES_AT_ONCE)
    .execute();
  const through = batches.at(-1)?.batchSeq;
  if (through === undefined) return 0;
  const taken = trx.deleteFrom('alarmMatches').where('batchSeq', '>', 0).where('batchSeq', '<=', through);
  const shares = new Map<string, AlarmEvidence[]>();
  for (const { alarmId, evidence } of await taken.returningAll().execute()) {
    const known = shares.get(alarmId) ?? [];
    shares.set(alarmId, known);
    known.push(JSON.parse(evidence));
  }
  for (const ids of chunks([...shares.keys()], 1000)) {
    const folded = trx.deleteFrom('alarmMatches').where('alarmId', 'in', ids).where('batchSeq', '<', 0);
    for (const { alarmId, evidence } of await folded.returningAll().execute()) {
      shares.get(alarmId)?.push(JSON.parse(evidence));
    }
    await trx
      .insertInto('alarmMatches')
      .values(
        ids.map((alarmId) => ({
          alarmId,
          batchSeq: -through,
          evidence: JSON.stringify(combineEvidence(shares.get(alarmId) ?? [])),
        })),
      )
      .execute();
  }
  return batches.length;
}
