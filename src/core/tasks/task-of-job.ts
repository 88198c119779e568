import type { BackupJob } from '../../model/backup-job.ts';
import type { Task } from '../../model/task.ts';

/** A backup job as a task: somebody else's work, which logs tell of and nobody here can stop. */
export function taskOfJob(job: BackupJob): Task {
  const { id, type, category, status, progress, organizationId, primaryEntity, parentEntity, message } = job;
  return {
    ...{ id, type, category, status, progress, organizationId, primaryEntity, parentEntity },
    abortable: false,
    jobId: null,
    error: status === 'failed' && message !== '' ? message : null,
    createdAt: instantOf(job.createdUs),
    startedAt: job.startedUs === null ? null : instantOf(job.startedUs),
    endedAt: job.endedUs === null ? null : instantOf(job.endedUs),
  };
}

function instantOf(us: number): string {
  return new Date(Math.floor(us / 1000)).toISOString();
}
