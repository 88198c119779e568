import { z } from 'zod';
import type { Context } from '../../core/context.ts';
import { abandonSecurityReport, writeSecurityReport } from '../../core/customers/write-security-report.ts';
import { AppError, mayPass } from '../../model/errors.ts';
import type { JobKind, JobLog } from '../job-kind.ts';

const PAYLOAD = z.object({ reportId: z.string() });

const TRIES = 5;

/**
 * Writes the security report that a job was queued for. Run again it changes nothing. A report whose tries all failed ends
 * as failed; where they all ended with their process, one more run says so. A store that is gone is waited for.
 */
export function writeSecurityReportTask(context: Context, log: JobLog): JobKind {
  return {
    maxAttempts: TRIES + 1,
    leaseMs: 60_000,
    waitsForStores: true,
    async run(payload, { attempt }) {
      const { reportId } = PAYLOAD.parse(payload);
      if (attempt > TRIES) return abandonSecurityReport(context, reportId, INTERRUPTED);
      try {
        await writeSecurityReport(context, reportId);
      } catch (error) {
        if (mayPass(error) || attempt < TRIES) throw error;
        log.error({ err: error, reportId }, 'gave a security report up');
        await abandonSecurityReport(context, reportId, reasonOf(error));
      }
    },
  };
}

const INTERRUPTED = `the server stopped in each of ${TRIES} tries to write this report; ask for it again`;

/** Surprises may name what the reader of the report must not know: they are for the log. */
function reasonOf(error: unknown): string {
  if (error instanceof AppError) return error.public;
  return `the events could not be read in ${TRIES} tries; the server's log says why, under the id of this report`;
}
