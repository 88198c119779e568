import type { z } from 'zod';
import { AppError, mayPass } from '../../model/errors.ts';
import type { JobKind, JobLog } from '../job-kind.ts';

const TRIES = 5;

/** How a report is made that a job was queued for. */
export interface ReportMaking<Asked extends object> {
  /** Checks what was queued: ids, which the log names. */
  readonly asked: z.ZodType<Asked>;
  /** Run again it changes nothing. */
  make(asked: Asked, signal: AbortSignal): Promise<void>;
  /** Ends the report as failed, for a reason that people may read. */
  abandon(asked: Asked, reason: string): Promise<void>;
}

/**
 * Makes reports. One that cannot be made ends as failed, at once where trying again is of no use; where all tries ended with
 * their process, one more run says so. A store that is gone is waited for.
 */
export function reportTask<Asked extends object>(making: ReportMaking<Asked>, log: JobLog): JobKind {
  return {
    maxAttempts: TRIES + 1,
    leaseMs: 60_000,
    waitsForStores: true,
    async run(payload, { attempt, signal }) {
      const asked = making.asked.parse(payload);
      if (attempt > TRIES) return making.abandon(asked, INTERRUPTED);
      try {
        await making.make(asked, signal);
      } catch (error) {
        if (mayPass(error)) throw error;
        const reason = finalReason(error) ?? (attempt < TRIES ? undefined : UNKNOWN);
        // A lost lease means that another run has taken over.
        if (reason === undefined || signal.aborted) throw error;
        const about: object = { err: error, ...asked };
        log.error(about, 'gave a report up');
        await making.abandon(asked, reason);
      }
    },
  };
}

const INTERRUPTED = `the server stopped in each of ${TRIES} tries to make this report; ask for it again`;

/** Surprises may name what the reader of the task must not know: they are for the log. */
const UNKNOWN = `the report could not be made in ${TRIES} tries; the server's log says why, under its id`;

const NO_SPACE: ReadonlySet<unknown> = new Set(['ENOSPC', 'EDQUOT', 'EFBIG']);
const NO_PLACE: ReadonlySet<unknown> = new Set(['EACCES', 'EPERM', 'EROFS', 'ENOENT', 'ENOTDIR']);

/** What trying again would not change. */
function finalReason(error: unknown): string | undefined {
  if (error instanceof AppError) return error.code === 'unavailable' ? error.public : undefined;
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  if (NO_SPACE.has(code)) return 'there is no space left for the report on the disk of the server';
  if (NO_PLACE.has(code)) return `the server may not write to its folder of reports (${String(code)})`;
  return undefined;
}
