import type { EventStore } from '../client.ts';

/** A record that was refused. */
export interface RejectRow {
  readonly seq: number;
  readonly row: number;
  /** Number of its line in the input, from 1. */
  readonly line: number;
  readonly reason: string;
  /** The original bytes, base64. */
  readonly raw_base64: string;
  /** Seconds since 1970. */
  readonly at: number;
}

/** Behind which reject a page begins. */
export interface RejectPosition {
  readonly seq: number;
  readonly row: number;
}

/** Rejects of an organization, the latest batch first, within a batch in the order of the input. */
export async function readRejects(
  store: EventStore,
  organizationId: number,
  page: { readonly limit: number; readonly after?: RejectPosition | undefined },
): Promise<RejectRow[]> {
  const behind = 'AND (seq < {seq:UInt64} OR seq = {seq:UInt64} AND row > {row:UInt32})';
  return store.query<RejectRow>(
    `SELECT seq, row, line, reason, base64Encode(raw) AS raw_base64, toUnixTimestamp(at) AS at
    FROM rejects WHERE org = {org:UInt32} ${page.after === undefined ? '' : behind}
    ORDER BY seq DESC, row LIMIT {limit:UInt32}`,
    { org: organizationId, limit: page.limit, ...page.after },
  );
}
