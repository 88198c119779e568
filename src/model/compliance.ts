/** Units that durations come in; months and years are those of the calendar, in UTC. */
export const DURATION_UNITS = ['minutes', 'hours', 'days', 'weeks', 'months', 'years'] as const;

export interface Duration {
  readonly unit: (typeof DURATION_UNITS)[number];
  /** A whole number above 0. */
  readonly value: number;
}

export const COMPLIANCE_CONTROLS = ['asset_backup', 'asset_protection', 'policy'] as const;

export type ComplianceControl = (typeof COMPLIANCE_CONTROLS)[number];

export const COMPLIANCE_STATUSES = ['compliant', 'non_compliant', 'unknown'] as const;

/** `unknown` where the logs do not tell what the control asks for. */
export type ComplianceStatus = (typeof COMPLIANCE_STATUSES)[number];

/** What is required of assets and policies. At least one member is there. */
export interface ComplianceControls {
  /** Every whole window inside the look-back holds a backup that is kept for at least so long. */
  readonly assetBackup?: {
    readonly lookBackPeriod: Duration;
    readonly minimumRetentionDuration: Duration;
    readonly windowSize: Duration;
  };
  /** Every asset is covered by a policy. */
  readonly assetProtection?: {
    /** A policy that no longer makes backups covers its assets all the same. */
    readonly shouldIgnoreDeactivatedPolicy: boolean;
  };
  /** Policies keep backups for at least so long, and make them at least so often. */
  readonly policy?: {
    readonly minimumRetentionDuration: Duration;
    readonly minimumRpoFrequency?: Duration;
  };
}

export const DATA_SOURCES = ['aws', 'microsoft365', 'vmware'] as const;

export type DataSource = (typeof DATA_SOURCES)[number];

/** Which assets are meant. Lists are alternatives, members must all hold; an empty list is no restriction. */
export interface ComplianceFilters {
  /** For the controls about assets. */
  readonly asset?: {
    /** Accounts, domains and the like that assets live in. */
    readonly groups?: readonly {
      readonly id?: string;
      readonly region?: string;
      readonly type?: DataSource;
    }[];
    readonly tagOpMode?: 'equal' | 'or' | 'and';
    readonly tags?: readonly { readonly key: string; readonly value: string }[];
  };
  /** For all controls. */
  readonly common?: {
    readonly assetTypes?: readonly string[];
    readonly dataSources?: readonly DataSource[];
    /** As the surface that took them names them. */
    readonly organizationalUnits?: readonly string[];
  };
}

/** What a compliance report asks. Kept as it was given: what was absent stays absent. */
export interface ComplianceParameter {
  readonly controls: ComplianceControls;
  readonly filters?: ComplianceFilters;
}

export const WEEKDAYS = ['sunday', 'monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday'] as const;

/** When a report is made by itself. */
export interface ComplianceSchedule {
  readonly frequency: 'daily' | 'weekly' | 'monthly';
  /** `HH:MM`, 24 hours. */
  readonly startTime: string;
  /** There where weekly. */
  readonly dayOfWeek?: (typeof WEEKDAYS)[number];
  /** 1 to 28, or -1 for the last; there where monthly. */
  readonly dayOfMonth?: number;
  /** IANA name; UTC where empty or absent. */
  readonly timezone?: string;
}

/** The schedule of a configuration that was given none. */
export const DEFAULT_SCHEDULE: ComplianceSchedule = { frequency: 'daily', startTime: '00:00', timezone: 'UTC' };

/** A compliance report that is made again and again. Instants are ISO 8601. */
export interface ComplianceConfiguration {
  readonly id: string;
  /** In whose context it was made: its runs look at this one and all below it. */
  readonly organizationId: number;
  /** The organization that the credential it was made with belonged to. */
  readonly rootId: number;
  readonly name: string;
  /** Null where none was given, as are the next two. */
  readonly description: string | null;
  readonly schedule: ComplianceSchedule | null;
  readonly notification: { readonly emailList?: readonly string[] } | null;
  readonly parameter: ComplianceParameter;
  /** Organizations named in the filter, by number; null where it names none. */
  readonly namedOrganizationIds: readonly number[] | null;
  readonly createdAt: string;
  /** When its schedule is due next. */
  readonly nextRunAt: string;
}

export type ComplianceRunState = 'generating' | 'completed' | 'failed';

/** How many items there are of each status. */
export interface ComplianceCounts {
  readonly compliant: number;
  readonly nonCompliant: number;
  readonly unknown: number;
}

/** What a run found. */
export interface ComplianceFindings {
  readonly controls: readonly ({ readonly control: ComplianceControl } & ComplianceCounts)[];
  /** Assets and policies that any control looked at, each once. */
  readonly assets: number;
  readonly policies: number;
}

/** One making of a compliance report. Instants are ISO 8601. */
export interface ComplianceRun {
  readonly id: string;
  readonly configurationId: string;
  readonly organizationId: number;
  readonly rootId: number;
  readonly name: string;
  readonly state: ComplianceRunState;
  readonly taskId: string;
  /** As they were in the configuration when the run was asked for. */
  readonly parameter: ComplianceParameter;
  readonly namedOrganizationIds: readonly number[] | null;
  readonly createdAt: string;
  readonly updatedAt: string;
  /** Until when the file is there; null before it is. */
  readonly expiresAt: string | null;
  /** Null until completed, as is the file. */
  readonly findings: ComplianceFindings | null;
  readonly file: ComplianceFile | null;
  /** Why it failed, for people. */
  readonly error: string | null;
}

/** A file that is whole. */
export interface ComplianceFile {
  /** Its name in the folder of reports. */
  readonly name: string;
  /** Without the header. */
  readonly rows: number;
  readonly bytes: number;
  /** Hexadecimal. */
  readonly sha256: string;
}

/** What several items or controls come to: the worst of them. Without any there is nothing amiss. */
export function overallStatus({ nonCompliant, unknown }: Omit<ComplianceCounts, 'compliant'>): ComplianceStatus {
  if (nonCompliant > 0) return 'non_compliant';
  return unknown > 0 ? 'unknown' : 'compliant';
}
