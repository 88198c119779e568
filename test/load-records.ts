import { createHash } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { EventStore } from '../src/events/client.ts';
import type { Landing } from '../src/events/landing.ts';
import { LOAD_SETTINGS, loadBatch } from '../src/events/load-batch.ts';
import { landingName } from '../src/ingest/mappings.ts';
import { recordLines, recordsFormat, type TestRecord } from './records-format.ts';

export interface RecordBatch {
  readonly landing: Landing;
  readonly seq: number;
  readonly records: readonly TestRecord[];
  /** 1 where absent. */
  readonly organizationId?: number;
}

/** Loads a batch past the ledger, through a spool file in `folder`. Its token is made of its number: the same one is the same batch. */
export async function loadRecords(store: EventStore, folder: string, batch: RecordBatch): Promise<void> {
  const { landing, seq, records, organizationId = 1 } = batch;
  const spoolPath = join(folder, `${seq}.spool`);
  await writeFile(spoolPath, recordLines(records));
  await loadBatch(store, {
    landing: landing.table(landingName(recordsFormat.name, 'json')),
    organizationId,
    seq,
    token: createHash('sha256').update(`batch ${seq}`).digest('hex'),
    spoolPath,
    firstLine: 1,
    context: '',
    timezone: 'UTC',
    settings: LOAD_SETTINGS,
  });
}
