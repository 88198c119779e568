import type { EventStore } from '../client.ts';
import { COLUMNS_BEFORE_ALIASES, eventsCondition } from './events-condition.ts';
import type { Slice } from './key-counts.ts';
import type { TrafficQuestion } from './traffic-source.ts';

export interface UrlRow {
  readonly path: string;
  readonly requests: number;
  readonly categories: readonly number[];
}

/** Paths of web requests by requests, ties by path. The rollup holds no URLs. */
export async function readTopUrls(store: EventStore, question: TrafficQuestion, slice: Slice): Promise<UrlRow[]> {
  const events = eventsCondition(question);
  return store.query<UrlRow>(
    `SELECT ${PATH_SQL} AS path, count() AS requests, arraySort(groupUniqArrayArray(categories)) AS categories
    FROM events WHERE ${events.sql} AND kind = 'web' AND url != ''
    GROUP BY path ORDER BY requests DESC, path LIMIT {limit:UInt64} OFFSET {offset:UInt64}`,
    { ...events.parameters, limit: slice.limit, offset: slice.offset },
    COLUMNS_BEFORE_ALIASES,
  );
}

/** From the slash after the host to the query, '' where there is none. Some logs write no scheme. */
const PATH_SQL = "extract(replaceRegexpOne(url, '^(?:[A-Za-z][A-Za-z0-9+.-]*:)?//', ''), '^[^/?#]*(/[^?#]*)')";
