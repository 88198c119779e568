import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type EventStore, settingsClause } from '../src/events/client.ts';
import { parsedTable } from '../src/events/derive.ts';
import { prepareLanding } from '../src/events/landing.ts';
import { LOAD_SETTINGS } from '../src/events/load-batch.ts';
import { migrateEvents } from '../src/events/migrate.ts';
import { RECORD_COLUMNS, type RecordColumn } from '../src/formats/record.ts';
import { openTestEvents } from './test-events.ts';

/** What a format would read from one record; columns left out are absent. */
export type LogRecord = Readonly<Partial<Record<RecordColumn, unknown>>> & {
  /** `2025-03-30 01:02:03.123456`, UTC. */
  readonly time: string;
};

export interface RecordHarness {
  readonly store: EventStore;
  /**
   * Stores records the way every format's records are stored, as one batch.
   *
   * @param times how often the batch is sent, under one token: it counts once all the same
   */
  insert(organizationId: number, records: readonly LogRecord[], times?: number): Promise<void>;
  close(): Promise<void>;
}

const COLUMNS = Object.entries(RECORD_COLUMNS).map(([name, { type }]) => ({ name, type }));
const NAMES = COLUMNS.map((column) => column.name).join(', ');
const STRUCTURE = COLUMNS.map(({ name, type }) => `${name} ${type}`)
  .join(', ')
  .replaceAll("'", "\\'");

/** A real event store in a directory of its own, fed with records instead of log files. */
export async function openRecordHarness(): Promise<RecordHarness> {
  const folder = await mkdtemp(join(tmpdir(), 'belfry-records-'));
  const store = await openTestEvents(join(folder, 'events'));
  await migrateEvents(store);
  const columns = Object.entries(RECORD_COLUMNS).map(([name, { type, missing }]) => ({
    name,
    type,
    expression: missing,
  }));
  const mapping = { name: 'records', format: 'records', with: [], columns };
  const { generation } = await prepareLanding(store, [mapping]);
  let seq = 0;
  return {
    store,
    async insert(organizationId, records, times = 1) {
      seq += 1;
      const path = join(folder, `${seq}.jsonl`);
      await writeFile(path, records.map((record) => JSON.stringify(record)).join('\n'));
      const settings = settingsClause({
        ...LOAD_SETTINGS,
        insert_deduplication_token: `batch-${seq}`,
        deduplicate_insert_select: 'enable_even_for_bad_queries',
        deduplicate_blocks_in_dependent_materialized_views: 1,
      });
      for (let time = 0; time < times; time += 1)
        await store.command(
          `INSERT INTO ${parsedTable(generation)} (org, seq, row, line, format, ${NAMES}) ${settings}
          SELECT {org:UInt32}, {seq:UInt64}, rowNumberInAllBlocks() AS row, row + 1, 'records', ${NAMES}
          FROM file('${path}', 'JSONEachRow', '${STRUCTURE}')`,
          { org: organizationId, seq },
        );
    },
    async close() {
      await store.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
}
