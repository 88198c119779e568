import type { DumpedRow } from './dump.ts';
import type { Db } from './transaction.ts';

/** What of the ledger and of work under way is left out of a copy, or told differently in it. */
export interface Settling {
  /** Batches above it are not in the copy: the same input imported again is loaded then. */
  readonly horizon: number;
  /** Imports some of whose batches are not in the copy. */
  readonly cutImports: ReadonlySet<string>;
  /** ISO 8601 instant of the copy. */
  readonly moment: string;
  /** Kinds of jobs, and keys of settings, that are about copying itself. */
  readonly jobKinds: readonly string[];
  readonly settings: readonly string[];
}

/** Imports that have batches above the horizon. */
export async function importsAbove(db: Db, horizon: number): Promise<Set<string>> {
  const rows = await db
    .selectFrom('batches')
    .select('importId')
    .distinct()
    .where('seq', '>', horizon)
    .where('importId', 'is not', null)
    .execute();
  return new Set(rows.flatMap(({ importId }) => importId ?? []));
}

/** The row as a copy holds it; undefined where it is left out. Counters stay: numbers are never given out twice. */
export function settleRow(name: string, row: DumpedRow, settling: Settling): DumpedRow | undefined {
  switch (name) {
    case 'batches':
      return Number(row.seq) > settling.horizon ? undefined : { ...row, owner: null, lease_until: null };
    case 'imports':
      return settleImport(row, settling);
    case 'jobs':
      return settleJob(row, settling);
    case 'peers':
      return { ...row, owner: null, lease_until: null };
    case 'settings':
      return settling.settings.includes(String(row.key)) ? undefined : row;
    default:
      return row;
  }
}

function settleImport(row: DumpedRow, { cutImports, moment }: Settling): DumpedRow {
  const settled = 'owner' in row ? { ...row, owner: null } : row;
  const isCut = cutImports.has(String(row.id));
  if (row.state !== 'running' && !isCut) return settled;
  const reason = `it was under way when this installation was backed up at ${moment}; import the same input again to go on from there`;
  return { ...settled, state: 'failed', receipt: null, reason, finished_at: row.finished_at ?? moment };
}

function settleJob(row: DumpedRow, { jobKinds }: Settling): DumpedRow | undefined {
  if (jobKinds.includes(String(row.kind))) return undefined;
  return row.state === 'running' ? { ...row, state: 'queued', owner: null, lease_until: null } : row;
}
