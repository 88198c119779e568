import { createHash } from 'node:crypto';
import { sql } from 'kysely';
import type { Actor } from '../model/scope.ts';
import { storable } from './parameters.ts';
import { chunks } from './repos/chunks.ts';
import type { AuditEntryRow, AuditResult } from './tables.ts';
import type { Db, Trx } from './transaction.ts';

/** One change, as it is written to the trail. */
export interface AuditInput {
  readonly actor: Actor;
  /** `<object type>.<verb>`: `organization.create`, `user.sign_in`. */
  readonly action: string;
  readonly objectType: string;
  readonly objectId: string;
  /** What people call the object. */
  readonly objectLabel?: string;
  /** The organization the change belongs to; null for the installation as a whole. */
  readonly organizationId: number | null;
  readonly result: AuditResult;
  /** Anything else worth knowing, without secrets. */
  readonly detail?: Readonly<Record<string, unknown>>;
}

export interface AuditFault {
  /** Entry at or before which the trail is no longer what was written. */
  readonly seq: number;
  readonly what: string;
}

export interface AuditVerdict {
  /** Entries that were found good. */
  readonly entries: number;
  /** Hash of the last good entry; empty for an empty trail. Note it elsewhere to detect a trail rewritten as a whole. */
  readonly head: string;
  readonly fault?: AuditFault;
}

/**
 * Appends an entry, chained by hash to the one before. To be called inside the transaction of the change itself, so that
 * neither exists without the other.
 */
export function appendAudit(trx: Trx, input: AuditInput): Promise<void> {
  return appendAudits(trx, [input]);
}

/** Entries in one statement: each has 16 values, and SQLite takes 32,766. */
const ENTRIES_AT_ONCE = 1000;

/** Appends an entry for each of many changes, in their order. */
export async function appendAudits(trx: Trx, inputs: readonly AuditInput[]): Promise<void> {
  for (const some of chunks(inputs, ENTRIES_AT_ONCE)) await appendSome(trx, some);
}

async function appendSome(trx: Trx, inputs: readonly AuditInput[]): Promise<void> {
  const head = await trx
    .updateTable('auditHead')
    .set({ seq: sql<number>`seq + ${inputs.length}` })
    .where('id', '=', 1)
    .returning(['seq', 'hash'])
    .executeTakeFirstOrThrow();
  const time = new Date().toISOString();
  let { hash } = head;
  const entries = inputs.map((input, index) => {
    const seq = head.seq - inputs.length + index + 1;
    const entry = { ...storableEntry(input), seq, time, prevHash: hash };
    hash = hashOf(entry);
    return { ...entry, hash };
  });
  await trx.insertInto('auditEntries').values(entries).execute();
  await trx.updateTable('auditHead').set({ hash }).where('id', '=', 1).execute();
}

/** They are indexed, and PostgreSQL indexes no texts of some 2,700 bytes. Ours are far shorter; ids that rules bring may not be. */
const OBJECT_ID_LENGTH = 500;

function storableEntry(input: AuditInput): Omit<AuditEntryRow, 'seq' | 'time' | 'prevHash' | 'hash'> {
  return {
    actorType: input.actor.type,
    actorId: storable(input.actor.id),
    actorLabel: storable(input.actor.label),
    actorFrom: storable(input.actor.from),
    actorVia: storable(input.actor.via),
    action: input.action,
    objectType: input.objectType,
    objectId: storable(input.objectId.slice(0, OBJECT_ID_LENGTH)),
    objectLabel: input.objectLabel === undefined ? null : storable(input.objectLabel),
    organizationId: input.organizationId,
    result: input.result,
    detail: input.detail === undefined ? null : JSON.stringify(input.detail),
  };
}

/**
 * Walks the whole trail and compares it with its hashes and with the head, which is kept apart so that a trail cut short
 * is found as well. Changes may go on meanwhile.
 */
export async function verifyAudit(db: Db): Promise<AuditVerdict> {
  let entries = 0;
  let head = '';
  for (;;) {
    const page = await readPage(db, entries);
    const recorded = page[0];
    if (recorded === undefined)
      return { entries, head, fault: { seq: entries, what: 'the head of the trail is gone' } };
    const found = page.filter(isEntry);
    for (const entry of found) {
      const what = faultOf(entry, entries + 1, head);
      if (what !== undefined) return { entries, head, fault: { seq: entries + 1, what } };
      entries += 1;
      head = entry.hash;
    }
    if (found.length < PAGE) return compareWithHead(entries, head, recorded.headSeq, recorded.headHash);
  }
}

function compareWithHead(entries: number, head: string, headSeq: number, headHash: string): AuditVerdict {
  if (entries < headSeq) {
    return { entries, head, fault: { seq: entries + 1, what: `entries up to ${headSeq} were removed from the end` } };
  }
  if (entries > headSeq || head !== headHash) {
    return { entries, head, fault: { seq: entries, what: `the head of the trail says it ends at ${headSeq}` } };
  }
  return { entries, head };
}

const PAGE = 1000;

type Chained = Omit<AuditEntryRow, 'hash'>;
type PageRow = { headSeq: number; headHash: string } & { [K in keyof AuditEntryRow]: AuditEntryRow[K] | null };

/** Head and entries come from one statement, hence from one moment; without entries there is one row with the head. */
function readPage(db: Db, after: number): Promise<PageRow[]> {
  return db
    .selectFrom('auditHead')
    .leftJoin('auditEntries as entry', (join) => join.on('entry.seq', '>', after))
    .select(['auditHead.seq as headSeq', 'auditHead.hash as headHash'])
    .selectAll('entry')
    .orderBy('entry.seq')
    .limit(PAGE)
    .execute();
}

function isEntry(row: PageRow): row is PageRow & AuditEntryRow {
  return row.seq !== null;
}

function faultOf(entry: AuditEntryRow, expectedSeq: number, prevHash: string): string | undefined {
  if (entry.seq !== expectedSeq) return `entry ${expectedSeq} was removed`;
  if (entry.prevHash !== prevHash) return `entry ${entry.seq} does not follow the entry before it`;
  if (entry.hash !== hashOf(entry)) return `entry ${entry.seq} was altered`;
  return undefined;
}

/** The serialisation is an array in fixed order with JSON's own quoting: no two entries share one. */
function hashOf(entry: Chained): string {
  const fields = [
    entry.seq,
    entry.time,
    entry.actorType,
    entry.actorId,
    entry.actorLabel,
    entry.actorFrom,
    entry.actorVia,
    entry.action,
    entry.objectType,
    entry.objectId,
    entry.objectLabel,
    entry.organizationId,
    entry.result,
    entry.detail,
    entry.prevHash,
  ];
  return createHash('sha256').update(JSON.stringify(fields)).digest('hex');
}
