import type { FileDisposition } from '../../model/traffic.ts';
import type { EventStore } from '../client.ts';
import { Conditions } from './condition.ts';
import { COLUMNS_BEFORE_ALIASES, eventsCondition } from './events-condition.ts';
import type { Slice } from './key-counts.ts';
import { organizationsSql } from './organizations-condition.ts';
import type { TrafficQuestion } from './traffic-source.ts';

/** Web requests whose file the reputation service judged, newest first. */
export async function readFileDispositions(
  store: EventStore,
  question: TrafficQuestion,
  slice: Slice,
): Promise<FileDisposition[]> {
  const events = eventsCondition(question);
  const rows = await store.query<Omit<FileDisposition, 'firstSeenMs'>>(
    `SELECT ${MS_SQL('time')} AS timeMs, amp_disposition AS disposition, amp_score AS score, domain AS host,
      extra['amp_malware'] AS malware, sha256
    FROM events WHERE ${events.sql} AND kind = 'web' AND amp_disposition != ''
    ORDER BY time DESC, seq DESC, row DESC LIMIT {limit:UInt64} OFFSET {offset:UInt64}`,
    { ...events.parameters, limit: slice.limit, offset: slice.offset },
    COLUMNS_BEFORE_ALIASES,
  );
  const hashes = new Set(rows.map((row) => row.sha256).filter((hash) => hash !== ''));
  const firstSeen = await readFirstSeen(store, question.organizationIds, [...hashes]);
  return rows.map((row) => ({ ...row, firstSeenMs: firstSeen.get(row.sha256) ?? row.timeMs }));
}

/** When each file was first seen in the organizations, whatever the range. */
async function readFirstSeen(
  store: EventStore,
  organizationIds: readonly number[],
  hashes: readonly string[],
): Promise<Map<string, number>> {
  if (hashes.length === 0) return new Map();
  const conditions = new Conditions('o');
  const organizations = organizationsSql(conditions, organizationIds);
  const rows = await store.query<{ sha256: string; firstSeenMs: number }>(
    `SELECT sha256, ${MS_SQL('min(time)')} AS firstSeenMs FROM events
    WHERE ${organizations} AND sha256 IN {hashes:Array(String)} GROUP BY sha256`,
    { ...conditions.build().parameters, hashes },
  );
  return new Map(rows.map((row) => [row.sha256, row.firstSeenMs]));
}

const MS_SQL = (time: string) => `toUnixTimestamp64Milli(toDateTime64(${time}, 3, 'UTC'))`;
