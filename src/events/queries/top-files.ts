import type { EventStore } from '../client.ts';
import { COLUMNS_BEFORE_ALIASES, eventsCondition } from './events-condition.ts';
import type { Slice } from './key-counts.ts';
import type { TrafficQuestion } from './traffic-source.ts';

export interface FileRow {
  readonly sha256: string;
  readonly requests: number;
  readonly identities: number;
  readonly fileNames: readonly string[];
  readonly fileTypes: readonly string[];
  readonly categories: readonly number[];
}

/** Files of web requests by requests, ties by hash and name. A file is its hash, or its name where no hash is known. */
export async function readTopFiles(store: EventStore, question: TrafficQuestion, slice: Slice): Promise<FileRow[]> {
  const events = eventsCondition(question);
  return store.query<FileRow>(
    `SELECT sha256, count() AS requests, uniqExactArray(identity_ids) AS identities,
      arraySort(groupUniqArrayIf(file_name, file_name != '')) AS fileNames,
      arraySort(groupUniqArrayIf(content_type, content_type != '')) AS fileTypes,
      arraySort(groupUniqArrayArray(categories)) AS categories
    FROM events WHERE ${events.sql} AND kind = 'web' AND (sha256 != '' OR file_name != '')
    GROUP BY sha256, if(sha256 = '', file_name, '') AS nameless
    ORDER BY requests DESC, sha256, nameless LIMIT {limit:UInt64} OFFSET {offset:UInt64}`,
    { ...events.parameters, limit: slice.limit, offset: slice.offset },
    COLUMNS_BEFORE_ALIASES,
  );
}
