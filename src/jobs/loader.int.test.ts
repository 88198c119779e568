import { existsSync } from 'node:fs';
import { utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { acknowledge, type IngestHarness, openIngestHarness, recordsInput } from '../../test/ingest-harness.ts';
import { recordsFormat } from '../../test/records-format.ts';
import { setAsideBatch } from '../control/ledger.ts';
import { recordsPath } from '../ingest/spool.ts';
import { HOUR_MS } from '../kit/durations.ts';
import { startLoader } from './loader.ts';

let harness: IngestHarness;

beforeEach(async () => {
  harness = await openIngestHarness([recordsFormat]);
});

afterEach(() => harness.close());

test('what is left over in the spool goes while the process runs; what a batch needs, or may soon, stays', async () => {
  const { ingest, control, organizationId } = harness;
  const input = recordsInput([{ time: '2026-01-01T00:00:01Z', kind: 'dns' }]);
  const batch = await acknowledge(ingest, organizationId, input);
  await setAsideBatch(control.db, batch, 'the engine refuses it');
  const needed = recordsPath(ingest.spool, batch.token);
  const left = recordsPath(ingest.spool, 'f'.repeat(64));
  const draft = join(ingest.spool.folder, `${'e'.repeat(64)}.records.1.part`);
  const young = recordsPath(ingest.spool, 'd'.repeat(64));
  for (const path of [left, draft, young]) await writeFile(path, 'bytes');
  const longAgo = new Date(Date.now() - 2 * HOUR_MS);
  for (const path of [needed, left, draft]) await utimes(path, longAgo, longAgo);

  const loader = startLoader(ingest, () => true, 0);
  try {
    await vi.waitFor(() => expect([left, draft].map(existsSync)).toEqual([false, false]), { timeout: 20_000 });
    expect([needed, young].map(existsSync)).toEqual([true, true]);
  } finally {
    await loader.stop();
  }
});
