import { isUtf8 } from 'node:buffer';
import { batchInputs } from '../../control/repos/batch-inputs.ts';
import { type RejectPosition, readRejects } from '../../events/queries/rejects.ts';
import type { Scope } from '../../model/scope.ts';
import type { Context } from '../context.ts';
import { requirePermission } from '../permission.ts';

/** A record that was refused, and where it stands in which input. */
export interface Reject {
  /** The input as its sender named it; null where it is not known. */
  readonly path: string | null;
  /** From 1. */
  readonly line: number;
  readonly reason: string;
  /** The original record; null where its bytes are not UTF-8. */
  readonly raw: string | null;
  /** The original bytes in base64 where they are not UTF-8, else null. */
  readonly rawBase64: string | null;
  /** Sequence number of the batch it came in. */
  readonly batch: number;
  /** ISO 8601 instant at which it was refused. */
  readonly at: string;
}

export interface RejectPage {
  readonly rejects: readonly Reject[];
  /** Behind the last of them; null where no more follow. */
  readonly next: RejectPosition | null;
}

/** Rejects of the scope's organization, the latest batch first. */
export async function listRejects(
  context: Context,
  scope: Scope,
  page: { readonly limit: number; readonly after?: RejectPosition | undefined },
): Promise<RejectPage> {
  requirePermission(scope, 'activity:read');
  const organizationId = scope.organization.id;
  // One more than asked for tells whether more follow.
  const found = await readRejects(context.events, organizationId, { ...page, limit: page.limit + 1 });
  const rows = found.slice(0, page.limit);
  const seqs = rows.map((row) => row.seq);
  const inputs = seqs.length === 0 ? [] : await batchInputs(context.control.db, organizationId, { seqs });
  const paths = new Map(inputs.map(({ seq, path }) => [seq, path]));
  const last = rows.at(-1);
  return {
    rejects: rows.map(({ seq, line, reason, raw_base64, at }) => ({
      path: paths.get(seq) ?? null,
      line,
      reason,
      ...original(raw_base64),
      batch: seq,
      at: new Date(at * 1000).toISOString(),
    })),
    next: found.length > rows.length && last !== undefined ? { seq: last.seq, row: last.row } : null,
  };
}

function original(base64: string): Pick<Reject, 'raw' | 'rawBase64'> {
  const bytes = Buffer.from(base64, 'base64');
  return isUtf8(bytes) ? { raw: bytes.toString('utf8'), rawBase64: null } : { raw: null, rawBase64: base64 };
}
