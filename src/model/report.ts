import type { BackupJobFilter } from './backup-job.ts';
import type { ConsumptionFilter } from './consumption.ts';
import type { Actor } from './scope.ts';

export const REPORT_TYPES = ['activity', 'audit', 'consumption'] as const;

export type ReportType = (typeof REPORT_TYPES)[number];

/** `pending` until its task ends; a `ready` one becomes `expired`. */
export type ReportState = 'pending' | 'ready' | 'failed' | 'aborted' | 'expired';

/** What a report is about, settled when it was asked for: a later retry asks the same. */
export type ReportQuestion = ActivityReportQuestion | AuditReportQuestion | ConsumptionReportQuestion;

/** Jobs that have ended. */
export interface ActivityReportQuestion {
  readonly type: 'activity';
  readonly organizationIds: readonly number[];
  readonly filter: BackupJobFilter;
}

/** Entries of the audit trail, those of organizations that were deleted included. An empty list matches nothing. */
export interface AuditReportQuestion {
  readonly type: 'audit';
  readonly organizationIds: readonly number[];
  /** Milliseconds since 1970; `fromMs` inclusive. */
  readonly fromMs: number;
  readonly beforeMs?: number;
  /** In the words of the surface that took the request, as are `verbs`. */
  readonly categories?: readonly string[];
  readonly verbs?: readonly string[];
  readonly results?: readonly ('success' | 'failure' | 'partial_success')[];
  readonly actors?: readonly string[];
  readonly address?: string;
  readonly objectTypes?: readonly string[];
  readonly objects?: { readonly ids: readonly string[]; readonly organizationIds: readonly number[] };
  readonly labelParts?: readonly string[];
}

/** Protected and stored bytes by day. */
export interface ConsumptionReportQuestion {
  readonly type: 'consumption';
  readonly organizationIds: readonly number[];
  readonly filter: ConsumptionReportFilter;
}

/** Members must all hold; an empty list matches nothing. */
export interface ConsumptionReportFilter extends ConsumptionFilter {
  /** Products, in any case: `EBS`. */
  readonly products?: readonly string[];
  readonly tiers?: readonly string[];
}

/** A report that somebody asked for. Instants are ISO 8601. */
export interface Report {
  readonly id: string;
  /** In whose context it was asked for. */
  readonly organizationId: number;
  /** The organization that the credential belonged to. */
  readonly rootId: number;
  readonly type: ReportType;
  /** As asked for: any text. */
  readonly fileName: string;
  /** The filter as it was sent; '' for none. */
  readonly filters: string;
  readonly question: ReportQuestion;
  readonly taskId: string;
  readonly requestedBy: Actor;
  readonly state: ReportState;
  readonly acceptedAt: string;
  /** What its task came to; null until it is ready. */
  readonly file: ReportFile | null;
  /** Why it failed, for people. */
  readonly error: string | null;
}

/** What is known of a file that is whole. */
export interface ReportFile {
  /** Its name in the folder of reports. */
  readonly name: string;
  readonly columns: readonly string[];
  /** Without the header. */
  readonly rows: number;
  readonly bytes: number;
  /** Hexadecimal. */
  readonly sha256: string;
  /** When its query started: what came later is not in it. */
  readonly snapshotAt: string;
  /** The batch up to which everything that was accepted is in it. */
  readonly horizon: number;
  readonly finishedAt: string;
  readonly expiresAt: string;
}
