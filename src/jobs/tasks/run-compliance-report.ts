import { z } from 'zod';
import { abandonRun, makeRun } from '../../core/compliance/index.ts';
import type { Context } from '../../core/context.ts';
import type { ReportWork } from '../../core/reports/index.ts';
import type { JobKind, JobLog } from '../job-kind.ts';
import { reportTask } from './report-task.ts';

const ASKED = z.object({ runId: z.string() });

/** Makes the compliance report that a job was queued for. */
export function runComplianceReportTask(context: Context, work: ReportWork, log: JobLog): JobKind {
  return reportTask(
    {
      asked: ASKED,
      make: ({ runId }, signal) => makeRun(context, work, runId, signal),
      abandon: ({ runId }, reason) => abandonRun(context, runId, reason),
    },
    log,
  );
}
