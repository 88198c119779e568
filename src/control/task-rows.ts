import type { ReportState, ReportType } from '../model/report.ts';
import type { TaskStatus } from '../model/task.ts';

// Rows as Kysely hands them out: instants are ISO 8601; questions, actors, entities and lists are JSON.

export interface TaskRow {
  id: number;
  type: string;
  category: string;
  status: TaskStatus;
  abortable: 0 | 1;
  progress: number;
  organizationId: number;
  primaryEntity: string | null;
  parentEntity: string | null;
  jobId: string | null;
  error: string | null;
  createdAt: string;
  startedAt: string | null;
  endedAt: string | null;
}

/** A report somebody asked for. What only a ready one has is null before. */
export interface ReportRow {
  id: string;
  organizationId: number;
  rootId: number;
  type: ReportType;
  fileName: string;
  filters: string;
  question: string;
  taskId: number;
  requestedBy: string;
  state: ReportState;
  acceptedAt: string;
  startedAt: string | null;
  snapshotAt: string | null;
  horizon: number | null;
  finishedAt: string | null;
  expiresAt: string | null;
  /** Its name in the folder of reports. */
  file: string | null;
  rowCount: number | null;
  bytes: number | null;
  sha256: string | null;
  columns: string | null;
  error: string | null;
}
