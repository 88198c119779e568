import { Counter, Histogram } from 'prom-client';
import type { Batch, BatchCounts } from '../control/ledger.ts';

const records = new Counter({
  name: 'belfry_ingest_records_total',
  help: 'Records of batches that this process committed, by what became of them',
  labelNames: ['outcome'],
});

const refused = new Counter({
  name: 'belfry_ingest_refused_records_total',
  help: 'Records of batches that this process committed which the event store fails on; they are among the rejected',
});

const bytes = new Counter({
  name: 'belfry_ingest_bytes_total',
  help: 'Bytes, unpacked, of batches that this process committed',
});

const batches = new Counter({
  name: 'belfry_ingest_batches_total',
  help: 'Loads of batches by this process, by how they ended: committed, put off for later, or set aside for good',
  labelNames: ['outcome'],
});

const duration = new Histogram({
  name: 'belfry_ingest_load_duration_seconds',
  help: 'Time from the spool into the event store, for batches that were committed',
  buckets: [0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300],
});

// Alerts compare rates: a series must be there before the first thing it counts.
for (const outcome of ['stored', 'rejected', 'ignored']) records.inc({ outcome }, 0);
for (const outcome of ['committed', 'put_off', 'set_aside']) batches.inc({ outcome }, 0);

/** To be called by the one process that closed the batch. */
export function countCommitted(batch: Batch, counts: BatchCounts, seconds: number): void {
  const { stored, rejected, ignored } = counts;
  for (const [outcome, value] of Object.entries({ stored, rejected, ignored })) records.inc({ outcome }, value);
  refused.inc(batch.refused.flat().reduce((sum, { rows }) => sum + rows.length, 0));
  bytes.inc(batch.endOffset - batch.startOffset);
  batches.inc({ outcome: 'committed' });
  duration.observe(seconds);
}

export function countNotCommitted(outcome: 'put_off' | 'set_aside'): void {
  batches.inc({ outcome });
}
