import { z } from 'zod';
import { abandonRun, makeRun } from '../../core/compliance/index.ts';
import type { Context } from '../../core/context.ts';
import type { ReportWork } from '../../core/reports/index.ts';
import type { JobKind, JobLog } from '../job-kind.ts';
import { finalReason } from './write-report.ts';

const PAYLOAD = z.object({ runId: z.string() });

const TRIES = 5;

/**
 * Makes the compliance report that a job was queued for. Run again it changes nothing. One that cannot be made ends as failed, at
 * once where trying again is of no use; where all tries ended with their process, one more run says so.
 */
export function runComplianceReportTask(context: Context, work: ReportWork, log: JobLog): JobKind {
  return {
    maxAttempts: TRIES + 1,
    leaseMs: 60_000,
    async run(payload, { attempt, signal }) {
      const { runId } = PAYLOAD.parse(payload);
      if (attempt > TRIES) return abandonRun(context, runId, INTERRUPTED);
      try {
        await makeRun(context, work, runId, signal);
      } catch (error) {
        const reason = finalReason(error) ?? (attempt < TRIES ? undefined : UNKNOWN);
        // A lost lease means that another run has taken over.
        if (reason === undefined || signal.aborted) throw error;
        log.error({ err: error, runId }, 'gave a compliance report up');
        await abandonRun(context, runId, reason);
      }
    },
  };
}

const INTERRUPTED = `the server stopped in each of ${TRIES} tries to make this report; ask for it again`;

/** Surprises may name what the reader of the task must not know: they are for the log. */
const UNKNOWN = `the report could not be made in ${TRIES} tries; the server's log says why, under the id of the run`;
