import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { type EventStore, openEventStore } from '../../../src/events/client.ts';
import { belfryOn } from '../../belfry-process.ts';
import type { ListedReport } from '../../report-flow.ts';
import { askReport, clumioTokenWithJobs, items, manifestOf, settledTasks, urlOf } from '../../reports-under-kills.ts';
import { fillBackupJobs } from '../fill-backup-jobs.ts';
import { residentBytes } from '../overload.ts';
import type { PublicPromise } from '../promise.ts';

const ROWS = 10_000_000;
const GROWTH_BYTES = 100e6;
const FIRST_BYTE_MS = 300;
const ROWS_A_SECOND = 300_000;

export const exportsAreBounded: PublicPromise = {
  id: 'R15',
  claim: 'Exports take bounded memory',
  figure: '10,000,000 rows: memory grows by less than 100 MB, first byte within 300 ms, at least 300,000 rows/s',
  missing:
    'an export that streams while it is made; the activity report is measured, a file that a job makes and that is then downloaded',
  noShare: 'its figure needs 10,000,000 rows; test/e2e/report-kill.int.test.ts downloads small files',
  async check(run) {
    const belfry = belfryOn(join(run.directory, 'data'), { BELFRY_CLUMIO_RATE_PER_SECOND: '0' });
    const first = await belfry.serve();
    const token = await clumioTokenWithJobs(first, 1);
    await first.stop();
    await withEvents(belfry.data, (events) => fillBackupJobs(events, ROWS - 1, run.log));
    const server = await belfry.serve();
    try {
      const before = await residentBytes(server.pid);
      const startedAt = performance.now();
      await askReport({ server, token }, 'activity');
      const settled = settledTasks({ server, token });
      const peak = await peakUntil(settled, server.pid);
      const seconds = (performance.now() - startedAt) / 1000;
      const [report] = await items<ListedReport>({ server, token }, '/reports/downloads');
      if (report === undefined) throw new Error('the report was not made');
      const url = urlOf(server, report);
      const { rows } = await manifestOf(url);
      const downloading = downloadTime(url);
      const peakOfDownload = await peakUntil(downloading, server.pid);
      const { firstByteMs } = await downloading;
      const growth = Math.max(peak, peakOfDownload) - before;
      return {
        kept: rows === ROWS && growth < GROWTH_BYTES && firstByteMs <= FIRST_BYTE_MS && rows / seconds >= ROWS_A_SECOND,
        measured: `a report of ${rows.toLocaleString('en')} rows in ${Math.round(seconds)} s, ${Math.round(rows / seconds).toLocaleString('en')} rows/s; memory grew by ${Math.round((peak - before) / 1e6)} MB while it was made, by ${Math.round((peakOfDownload - before) / 1e6)} MB by its download; first byte of the download after ${Math.round(firstByteMs)} ms`,
      };
    } finally {
      await server.stop();
    }
  },
};

async function peakUntil(work: Promise<unknown>, pid: number): Promise<number> {
  let [peak, isDone] = [0, false];
  const done = work.finally(() => {
    isDone = true;
  });
  while (!isDone) {
    peak = Math.max(peak, await residentBytes(pid));
    await sleep(50);
  }
  await done;
  return peak;
}

async function downloadTime(url: string): Promise<{ firstByteMs: number }> {
  const startedAt = performance.now();
  const answer = await fetch(url);
  let firstByteMs = 0;
  for await (const _ of answer.body ?? []) firstByteMs ||= performance.now() - startedAt;
  return { firstByteMs };
}

async function withEvents(data: string, work: (events: EventStore) => Promise<void>): Promise<void> {
  const events = await openEventStore({ path: join(data, 'events'), queryTimeoutSeconds: 600 });
  try {
    await work(events);
  } finally {
    await events.close();
  }
}
