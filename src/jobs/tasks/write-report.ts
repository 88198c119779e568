import { z } from 'zod';
import type { Context } from '../../core/context.ts';
import { abandonReport, type ReportWork, writeReport } from '../../core/reports/index.ts';
import { AppError } from '../../model/errors.ts';
import type { JobKind, JobLog } from '../job-kind.ts';

const PAYLOAD = z.object({ reportId: z.string() });

const TRIES = 5;

/**
 * Writes the report that a job was queued for. Run again it changes nothing. A report that cannot be written ends as failed, at
 * once where trying again is of no use; where all tries ended with their process, one more run says so.
 */
export function writeReportTask(context: Context, work: ReportWork, log: JobLog): JobKind {
  return {
    maxAttempts: TRIES + 1,
    leaseMs: 60_000,
    async run(payload, { attempt, signal }) {
      const { reportId } = PAYLOAD.parse(payload);
      if (attempt > TRIES) return abandonReport(context, reportId, INTERRUPTED);
      try {
        await writeReport(context, work, reportId, signal);
      } catch (error) {
        const reason = finalReason(error) ?? (attempt < TRIES ? undefined : UNKNOWN);
        // A lost lease means that another run has taken over.
        if (reason === undefined || signal.aborted) throw error;
        log.error({ err: error, reportId }, 'gave a report up');
        await abandonReport(context, reportId, reason);
      }
    },
  };
}

const INTERRUPTED = `the server stopped in each of ${TRIES} tries to write this report; ask for it again`;

/** Surprises may name what the reader of the task must not know: they are for the log. */
const UNKNOWN = `the report could not be written in ${TRIES} tries; the server's log says why, under the id of the report`;

const NO_SPACE: ReadonlySet<unknown> = new Set(['ENOSPC', 'EDQUOT', 'EFBIG']);
const NO_PLACE: ReadonlySet<unknown> = new Set(['EACCES', 'EPERM', 'EROFS', 'ENOENT', 'ENOTDIR']);

/** What trying again would not change. */
export function finalReason(error: unknown): string | undefined {
  if (error instanceof AppError) return error.code === 'unavailable' ? error.public : undefined;
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  if (NO_SPACE.has(code)) return 'there is no space left for the report on the disk of the server';
  if (NO_PLACE.has(code)) return `the server may not write to its folder of reports (${String(code)})`;
  return undefined;
}
