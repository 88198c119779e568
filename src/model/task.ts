/** Where a task stands; `completed`, `failed` and `aborted` are final. */
export const TASK_STATUSES = ['queued', 'in_progress', 'completed', 'failed', 'aborting', 'aborted'] as const;

export type TaskStatus = (typeof TASK_STATUSES)[number];

/** Something with an id that a task or an audit entry is about. */
export interface Entity {
  readonly id: string;
  /** What kind of thing it is; an open set. */
  readonly type: string;
  /** What people call it. */
  readonly value: string;
}

/** Work that somebody can follow: what Belfry does by itself, and backup jobs that logs tell of. */
export interface Task {
  /** Decimal. Belfry's own are below 2^40, those that come of logs above. */
  readonly id: string;
  /** `organizational_unit_delete`, `activity_report_file_download`, …; an open set. */
  readonly type: string;
  /** `management`, `report_generation`, `backup`, …; an open set. */
  readonly category: string;
  readonly status: TaskStatus;
  /** Whether its kind can be aborted at all. */
  readonly abortable: boolean;
  /** Whole percent, 0 to 100. */
  readonly progress: number;
  readonly organizationId: number;
  readonly primaryEntity: Entity | null;
  readonly parentEntity: Entity | null;
  /** The job that does it, where it is not done at once. */
  readonly jobId: string | null;
  /** Why it failed, for people. */
  readonly error: string | null;
  /** ISO 8601 instants. */
  readonly createdAt: string;
  readonly startedAt: string | null;
  readonly endedAt: string | null;
}
