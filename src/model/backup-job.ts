import type { Entity, TaskStatus } from './task.ts';

/** A backup, restore or snapshot that logs tell of, as far as they do. Instants are microseconds since 1970. */
export interface BackupJob {
  /** Decimal, the same for good: a hash of organization, tool and the tool's own id. */
  readonly id: string;
  readonly organizationId: number;
  /** The format that told of it: `aws-backup`, `restic`. */
  readonly source: string;
  /** The tool's own id. */
  readonly job: string;
  /** `backup`, `restore`, `snapshot` or `snapshot_restore`. */
  readonly category: string;
  /** `aws_ebs_volume_incremental_backup` and the like; '' where no record told it. */
  readonly type: string;
  readonly status: TaskStatus;
  /** Whole percent, 0 to 100. */
  readonly progress: number;
  /** What the tool says of its state, above all why it failed; '' where it says nothing. */
  readonly message: string;
  readonly createdUs: number;
  /** Null while queued. */
  readonly startedUs: number | null;
  /** Null until ended. */
  readonly endedUs: number | null;
  readonly primaryEntity: Entity | null;
  readonly parentEntity: Entity | null;
  /** Size of what is protected. */
  readonly bytes: number | null;
  /** Bytes that were moved or newly stored. */
  readonly transferred: number | null;
  /** Place that the copy is in; '' where unknown, as the next two. */
  readonly vault: string;
  readonly policyId: string;
  readonly policyName: string;
  readonly keptUntilUs: number | null;
}

/** Microseconds since 1970. */
export interface InstantRange {
  /** Inclusive. */
  readonly fromUs?: number;
  /** Exclusive. */
  readonly toUs?: number;
}

/** Values of one list are alternatives, members must all hold. An empty list matches nothing. Texts are exact but where it says otherwise. */
export interface BackupJobFilter {
  readonly ids?: readonly string[];
  readonly created?: InstantRange;
  /** When it began; a job that never did is taken by its creation. */
  readonly started?: InstantRange;
  readonly statuses?: readonly string[];
  readonly categories?: readonly string[];
  readonly types?: readonly string[];
  /** Category or type. */
  readonly categoriesOrTypes?: readonly string[];
  readonly primaryIds?: readonly string[];
  /** Any of these is a part of it, in upper or lower case; likewise `primaryValuesContaining`. */
  readonly primaryIdsContaining?: readonly string[];
  readonly primaryTypes?: readonly string[];
  readonly primaryValues?: readonly string[];
  readonly primaryValuesContaining?: readonly string[];
  readonly parentTypes?: readonly string[];
  /** Id or value. */
  readonly parentIds?: readonly string[];
}

/** Newest first by this, then the greatest id. */
export type BackupJobOrder = 'created' | 'started';
