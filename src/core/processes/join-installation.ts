import { createHash } from 'node:crypto';
import { hostname } from 'node:os';
import { abandonAllBatches } from '../../control/ledger.ts';
import { requeueRunning } from '../../control/repos/jobs.ts';
import { forgetProcess, listProcesses, noteProcess } from '../../control/repos/processes.ts';
import type { ProcessRow } from '../../control/tables.ts';
import { inTransaction, type Trx } from '../../control/transaction.ts';
import { VERSION } from '../../kit/version.ts';
import { AppError } from '../../model/errors.ts';
import type { ControlContext } from '../context.ts';

/** A process as others see it. */
export interface Self {
  /** Unique; batches, jobs and leases are held under it. */
  readonly id: string;
  readonly roles: ReadonlySet<string>;
  /** Where its events are, without secrets: the same text for all processes that share them. */
  readonly events: string;
  /** Generation of the landing tables it loads through. */
  readonly landing: string;
  /** Signs its access tokens. */
  readonly tokenKey: Uint8Array;
}

/** A process that was not seen for so long is gone. It says every few seconds that it is there. */
const GONE_AFTER_MS = 30_000;

/**
 * Takes a place among the processes that share the control database. Those that are gone lose theirs, and all they held; who
 * finds nobody takes back whatever is held, by whomever.
 *
 * @returns landing generations that other processes use
 * @throws AppError `conflict` where a living process works with other events or signs with another key
 */
export function joinInstallation(context: ControlContext, self: Self): Promise<ReadonlySet<string>> {
  return inTransaction(context.control.db, async (trx) => {
    const others = await bury(context, trx, othersOf(await listProcesses(trx), self));
    for (const other of others) refuseOdd(other, self);
    if (others.length === 0) await takeAllBack(trx, new Date(context.now()));
    await noteProcess(trx, toRow(context, self));
    return new Set(others.map(({ landing }) => landing));
  });
}

/** What a process learns of the others while it says that it is there. */
export interface Roll {
  /** Ids of those that were found gone. */
  readonly gone: readonly string[];
  /** Others had taken this process for gone: what it held is theirs, what it used may be cleared away. */
  readonly wasForgotten: boolean;
}

/** Says that the process is still there, and buries those that are gone. */
export function noteAlive(context: ControlContext, self: Self): Promise<Roll> {
  return inTransaction(context.control.db, async (trx) => {
    const present = await excuseSilence(context, trx, await listProcesses(trx), self);
    const others = othersOf(present, self);
    const living = new Set(await bury(context, trx, others));
    const startedAt = present.find(({ id }) => id === self.id)?.startedAt;
    await noteProcess(trx, { ...toRow(context, self), ...(startedAt && { startedAt }) });
    const gone = others.filter((other) => !living.has(other)).map(({ id }) => id);
    return { gone, wasForgotten: startedAt === undefined };
  });
}

/** Gives up the place, and what is still held, for others to take at once. */
export async function leaveInstallation({ control, now }: ControlContext, { id }: Pick<Self, 'id'>): Promise<void> {
  await forgetProcess(control.db, id, new Date(now()));
}

function othersOf(processes: readonly ProcessRow[], self: Self): ProcessRow[] {
  return processes.filter(({ id }) => id !== self.id);
}

/** Where we could not say for long that we are there, nor could the others: the database was away. They get time to. */
async function excuseSilence(
  context: ControlContext,
  trx: Trx,
  processes: readonly ProcessRow[],
  { id }: Self,
): Promise<readonly ProcessRow[]> {
  const own = processes.find((process) => process.id === id);
  if (own === undefined || own.seenAt > lastCall(context)) return processes;
  const seenAt = new Date(context.now()).toISOString();
  const excused = processes.map((process) => ({ ...process, seenAt }));
  for (const process of excused) await noteProcess(trx, process);
  return excused;
}

/** Who was not seen since then is gone. */
function lastCall({ now }: ControlContext): string {
  return new Date(now() - GONE_AFTER_MS).toISOString();
}

/** Forgets who is gone; answers who is there. An embedded database has one process at a time. */
async function bury(context: ControlContext, trx: Trx, others: readonly ProcessRow[]): Promise<ProcessRow[]> {
  const { control, now } = context;
  const living = control.shared ? others.filter(({ seenAt }) => seenAt > lastCall(context)) : [];
  for (const { id } of others.filter((other) => !living.includes(other))) await forgetProcess(trx, id, new Date(now()));
  return living;
}

/** In the transaction that joins: who comes next holds what he holds. */
async function takeAllBack(trx: Trx, now: Date): Promise<void> {
  await abandonAllBatches(trx, now);
  await requeueRunning(trx, now);
}

function refuseOdd(other: ProcessRow, self: Self): void {
  if (other.tokenKey !== printOf(self.tokenKey)) {
    throw new AppError('conflict', {
      public: `this process signs access tokens with another key than ${other.id}: set the same BELFRY_TOKEN_KEY for all processes, or give them the same token.key`,
    });
  }
  if (other.events !== self.events || self.events.startsWith('embedded')) {
    throw new AppError('conflict', {
      public: `${other.id} has its events at ${other.events}, this process at ${self.events}: processes that share BELFRY_CONTROL_URL share BELFRY_EVENTS_URL too`,
    });
  }
}

function toRow({ now }: ControlContext, self: Self): ProcessRow {
  const at = new Date(now()).toISOString();
  return {
    id: self.id,
    host: hostname(),
    pid: process.pid,
    roles: [...self.roles].join(','),
    version: VERSION,
    events: self.events,
    landing: self.landing,
    tokenKey: printOf(self.tokenKey),
    startedAt: at,
    seenAt: at,
  };
}

/** Tells keys apart and does not tell them. */
function printOf(key: Uint8Array): string {
  return createHash('sha256').update('belfry token key\n').update(key).digest('hex').slice(0, 16);
}
