import { z } from 'zod';
import type { Context } from '../../core/context.ts';
import { abandonReport, type ReportWork, writeReport } from '../../core/reports/index.ts';
import type { JobKind, JobLog } from '../job-kind.ts';
import { reportTask } from './report-task.ts';

const ASKED = z.object({ reportId: z.string() });

/** Writes the report that a job was queued for. */
export function writeReportTask(context: Context, work: ReportWork, log: JobLog): JobKind {
  return reportTask(
    {
      asked: ASKED,
      make: ({ reportId }, signal) => writeReport(context, work, reportId, signal),
      abandon: ({ reportId }, reason) => abandonReport(context, reportId, reason),
    },
    log,
  );
}
