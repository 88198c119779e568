import { sql } from 'kysely';
import { AppError } from '../model/errors.ts';
import { nextNumber } from './counters.ts';
import type { BatchRow, BatchState } from './tables.ts';
import { type Db, inTransaction } from './transaction.ts';

/** Engine settings that decide where blocks end. A retry is exact only with the same ones. */
export type LoadSettings = Readonly<Record<string, string | number>>;

/** Records of a batch that the engine fails on for one reason. */
export interface RefusedRecords {
  /** What the engine says. */
  readonly reason: string;
  /** Lines of the batch, from 0. */
  readonly rows: readonly number[];
}

/** A range of one organization's input: the unit in which records are loaded, counted, and loaded again. */
export interface Batch extends Omit<BatchRow, 'settings' | 'refused'> {
  readonly settings: LoadSettings;
  /** Records that are loaded as rejects instead: found in turns, each of which was written down before anything was loaded without them. */
  readonly refused: readonly (readonly RefusedRecords[])[];
}

export interface NewBatch {
  readonly organizationId: number;
  readonly importId?: string | null;
  readonly format: string;
  /** Which of the format's mappings reads the records. */
  readonly variant: string;
  /** Names the bytes: the same input has the same token, whatever it is called. */
  readonly token: string;
  /** Hash of organization, format and the decompressed input before `startOffset`. */
  readonly startHash: string;
  /** Bytes of decompressed input. */
  readonly startOffset: number;
  readonly endOffset: number;
  /** As `startHash`, up to `endOffset`: the start hash of what follows. */
  readonly endHash: string;
  /** Number, from 1, of the batch's first line in the input. */
  readonly firstLine: number;
  readonly lines: number;
  /** Records in it, those that could not be framed included. */
  readonly received: number;
  /** What framing must know to go on behind this batch, in its own words. */
  readonly context?: string | null;
  readonly timezone?: string | null;
  readonly settings: LoadSettings;
  readonly spoolPath: string;
  /** The process that loads it, for as long as it renews its lease. */
  readonly owner: string;
  readonly leaseMs: number;
}

/** What became of a batch's records. */
export interface BatchCounts {
  readonly received: number;
  readonly stored: number;
  readonly rejected: number;
  readonly ignored: number;
}

/**
 * Sequence numbers start above everything that the event store has: a control database that was restored from a copy must
 * not give a number out again. To be called when both stores are open, before the first batch.
 */
export async function raiseSeqFloor(db: Db, floor: number): Promise<void> {
  await db
    .updateTable('counters')
    .set({ value: floor })
    .where('name', '=', 'batch')
    .where('value', '<', floor)
    .execute();
}

/**
 * Writes a batch into the ledger; from then on it will be loaded or set aside, whatever happens to this process. Where
 * the token is known already, answers with the batch that has it, in whatever state, and `isNew` false.
 */
export function openBatch(db: Db, input: NewBatch, now = new Date()): Promise<{ batch: Batch; isNew: boolean }> {
  const { leaseMs, settings, ...fields } = input;
  return inTransaction(db, async (trx) => {
    const seq = await nextNumber(trx, 'batch');
    const opened = await trx
      .insertInto('batches')
      .values({
        ...fields,
        seq,
        settings: JSON.stringify(settings),
        refused: null,
        state: 'open',
        leaseUntil: later(now, leaseMs),
        attempts: 1,
        stored: 0,
        rejected: 0,
        ignored: 0,
        openedAt: now.toISOString(),
      })
      .onConflict((conflict) => conflict.column('token').doNothing())
      .returningAll()
      .executeTakeFirst();
    if (opened !== undefined) return { batch: toBatch(opened), isNew: true };
    const known = trx.selectFrom('batches').selectAll().where('token', '=', input.token);
    return { batch: toBatch(await known.executeTakeFirstOrThrow()), isNew: false };
  });
}

/** When batches were committed, in milliseconds since 1970, for those that were. */
export async function commitTimes(db: Db, seqs: readonly number[]): Promise<Map<number, number>> {
  if (seqs.length === 0) return new Map();
  const rows = await db.selectFrom('batches').select(['seq', 'committedAt']).where('seq', 'in', seqs).execute();
  return new Map(rows.flatMap(({ seq, committedAt }) => (committedAt ? [[seq, Date.parse(committedAt)]] : [])));
}

/** Names of the formats that an organization's inputs ever had. */
export async function formatsOf(db: Db, organizationId: number): Promise<string[]> {
  const rows = await db
    .selectFrom('batches')
    .select('format')
    .distinct()
    .where('organizationId', '=', organizationId)
    .execute();
  return rows.map(({ format }) => format);
}

/** Batches, committed or open, that begin where this input does; the longest first. */
export async function findKnownRanges(
  db: Db,
  start: { organizationId: number; format: string; startHash: string },
): Promise<Batch[]> {
  const rows = await db
    .selectFrom('batches')
    .selectAll()
    .where('organizationId', '=', start.organizationId)
    .where('format', '=', start.format)
    .where('startHash', '=', start.startHash)
    .where('state', 'in', ['committed', 'open'])
    .orderBy('endOffset', 'desc')
    .orderBy('seq')
    .execute();
  return rows.map(toBatch);
}

export async function batchBySeq(db: Db, seq: number): Promise<Batch | undefined> {
  const row = await db.selectFrom('batches').selectAll().where('seq', '=', seq).executeTakeFirst();
  return row && toBatch(row);
}

/** Batches of one import, or in one state, or both, in order of their numbers. */
export async function listBatches(db: Db, input: { importId?: string; state?: BatchState }): Promise<Batch[]> {
  let query = db.selectFrom('batches').selectAll().orderBy('seq');
  if (input.importId !== undefined) query = query.where('importId', '=', input.importId);
  if (input.state !== undefined) query = query.where('state', '=', input.state);
  return (await query.execute()).map(toBatch);
}

/**
 * Closes a batch whose records are all in the event store. False when it was closed before, by this process or by
 * another that took it over: both loaded the same bytes under the same token, so either is right.
 */
export async function commitBatch(db: Db, seq: number, counts: BatchCounts, now = new Date()): Promise<boolean> {
  const { received, stored, rejected, ignored } = counts;
  if (received !== stored + rejected + ignored) {
    const internal = `batch ${seq}: received ${received}, but stored ${stored}, rejected ${rejected}, ignored ${ignored}`;
    throw new AppError('internal', { public: 'the records of a batch do not add up', internal });
  }
  const close = { committedAt: now.toISOString(), refused: null, spoolPath: null, owner: null, leaseUntil: null };
  const committed = openOne(db, seq).set({ state: 'committed', received, stored, rejected, ignored, ...close });
  return (await committed.executeTakeFirst()).numUpdatedRows === 1n;
}

/** A batch as it was opened or claimed. It is held until somebody claims it anew. */
export type HeldBatch = Pick<Batch, 'seq' | 'owner' | 'attempts'>;

/** Leaves a batch open for whoever looks for abandoned ones next. */
export async function putOffBatch(db: Db, batch: HeldBatch, now = new Date()): Promise<void> {
  await held(db, batch).set({ leaseUntil: now.toISOString() }).execute();
}

/**
 * Gives up on a batch that cannot be loaded. Its bytes stay in the spool, and it no longer holds the horizon. False when it
 * is held no more: who holds it now may fare better.
 */
export async function setAsideBatch(db: Db, batch: HeldBatch, reason: string): Promise<boolean> {
  const aside = held(db, batch).set({ state: 'set_aside', reason, owner: null, leaseUntil: null });
  return (await aside.executeTakeFirst()).numUpdatedRows === 1n;
}

/**
 * Writes down which records of a batch the engine fails on, before it is loaded without them: every later load of it does the
 * same. False when it is held no more.
 */
export async function noteRefused(db: Db, batch: HeldBatch, refused: Batch['refused']): Promise<boolean> {
  const noted = held(db, batch).set({ refused: JSON.stringify(refused) });
  return (await noted.executeTakeFirst()).numUpdatedRows === 1n;
}

function held(db: Db, { seq, owner, attempts }: HeldBatch) {
  return openOne(db, seq).where('owner', '=', owner).where('attempts', '=', attempts);
}

function openOne(db: Db, seq: number) {
  return db.updateTable('batches').where('seq', '=', seq).where('state', '=', 'open');
}

/** Open batches whose lease ended: nobody loads them. Those that were tried least come first, so that none waits for another. */
export async function abandonedBatches(db: Db, now: Date): Promise<Batch[]> {
  const rows = await db
    .selectFrom('batches')
    .selectAll()
    .where('state', '=', 'open')
    .where('leaseUntil', '<=', now.toISOString())
    .orderBy('attempts')
    .orderBy('seq')
    .execute();
  return rows.map(toBatch);
}

export interface Claim {
  readonly owner: string;
  readonly now: Date;
  readonly leaseMs: number;
}

/** Takes over an abandoned batch, to load it again; `attempts` counts this time too. Undefined where somebody was faster. */
export async function claimBatch(db: Db, seq: number, { owner, now, leaseMs }: Claim): Promise<Batch | undefined> {
  const row = await openOne(db, seq)
    .set({ owner, leaseUntil: later(now, leaseMs), attempts: sql<number>`attempts + 1` })
    .where('leaseUntil', '<=', now.toISOString())
    .returningAll()
    .executeTakeFirst();
  return row && toBatch(row);
}

/** Ends the leases of all open batches: for who has the installation to itself, and knows that whoever held them is gone. */
export async function abandonAllBatches(db: Db, now: Date): Promise<void> {
  await endLeases(db, now).execute();
}

/** Ends the leases of an owner that is gone, on whatever it had open. */
export async function abandonBatchesOf(db: Db, owner: string, now: Date): Promise<void> {
  await endLeases(db, now).where('owner', '=', owner).execute();
}

function endLeases(db: Db, now: Date) {
  return db.updateTable('batches').set({ leaseUntil: now.toISOString() }).where('state', '=', 'open');
}

/** Keeps an open batch its owner's. Does nothing where it is held no more. */
export async function renewLease(
  db: Db,
  batch: HeldBatch,
  { now, leaseMs }: { readonly now: Date; readonly leaseMs: number },
): Promise<void> {
  await held(db, batch)
    .set({ leaseUntil: later(now, leaseMs) })
    .execute();
}

/**
 * The highest sequence number up to which no batch is open. Nothing will ever appear at or below it, so who has read up
 * to here has missed nothing. The floor when there are no batches.
 */
export async function horizon(db: Db): Promise<number> {
  // One statement, so that no batch can open between two looks.
  const { last, firstOpen } = await db
    .selectFrom('counters')
    .where('name', '=', 'batch')
    .select('value as last')
    .select((select) =>
      select
        .selectFrom('batches')
        .where('state', '=', 'open')
        .select((open) => open.fn.min<number | null>('seq').as('seq'))
        .as('firstOpen'),
    )
    .executeTakeFirstOrThrow();
  return firstOpen === null ? last : firstOpen - 1;
}

function later(now: Date, ms: number): string {
  return new Date(now.getTime() + ms).toISOString();
}

function toBatch(row: BatchRow): Batch {
  return { ...row, settings: JSON.parse(row.settings), refused: row.refused === null ? [] : JSON.parse(row.refused) };
}
