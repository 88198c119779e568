import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { EventStore } from '../../src/events/client.ts';
import { migrateEvents } from '../../src/events/migrate.ts';
import { sqlText } from '../../src/kit/sql-literals.ts';
import { openTestEvents } from '../test-events.ts';

/** Columns of table `events` by name; `extra` as an object. Time counts in seconds from the start of 2026. */
export type EventRow = Readonly<Record<string, string | number | Readonly<Record<string, string>>>>;

/** An event store of its own, filled by hand. */
export interface RowStore {
  readonly store: EventStore;
  /** Inserts the rows as batch `seq`, numbered from 0. */
  insert(seq: number, rows: readonly EventRow[]): Promise<void>;
  close(): Promise<void>;
}

export async function openRowStore(): Promise<RowStore> {
  const folder = await mkdtemp(join(tmpdir(), 'belfry-rows-'));
  const store = await openTestEvents(join(folder, 'events'), { queryTimeoutSeconds: 120 });
  await migrateEvents(store);
  return {
    store,
    async insert(seq, rows) {
      for (const [number, row] of rows.entries()) {
        const all: EventRow = { org: 1, time: 0, ...row, seq, row: number };
        const values = Object.entries(all).map(([name, value]) => valueSql(name, value));
        await store.command(`INSERT INTO events (${Object.keys(all).join(', ')}) VALUES (${values.join(', ')})`);
      }
    },
    async close() {
      await store.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

function valueSql(name: string, value: EventRow[string]): string {
  if (name === 'time') return `toDateTime64('2026-01-01 00:00:00', 6, 'UTC') + INTERVAL ${Number(value)} SECOND`;
  if (typeof value === 'object') return `map(${Object.entries(value).flat().map(sqlText).join(', ')})`;
  return typeof value === 'number' ? String(value) : sqlText(value);
}
