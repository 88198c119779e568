import type { Entity } from './task.ts';

export const ALERT_TYPES = ['policy_violated', 'restore_failed', 'file_restore_failed', 'security_alarm'] as const;

export type AlertType = (typeof ALERT_TYPES)[number];

/** Something that is amiss with one entity: a backup or restore of it that failed, or an alarm about it. */
export interface Alert {
  /** UUID, made of organization, type, cause and what it is about: for one of these there is one alert. */
  readonly id: string;
  readonly organizationId: number;
  readonly type: AlertType;
  /** Why: `backup_failed`, or the method of an alarm. */
  readonly cause: string;
  readonly severity: 'error' | 'warning';
  readonly status: 'active' | 'cleared';
  /** What people wrote; '' for nothing. */
  readonly notes: string;
  /** For people: what the backup tool said, or the title of the rule. */
  readonly description: string;
  /** What else is known, by name. */
  readonly variables: Readonly<Record<string, string>>;
  /** How often it was raised since `raisedAt`: failures, or events of the alarm. */
  readonly raisedCount: number;
  /** ISO 8601, whole seconds. */
  readonly raisedAt: string;
  readonly updatedAt: string;
  readonly clearedAt: string | null;
  readonly primaryEntity: Entity;
  /** Where that lives; the organization itself where nothing else is known, as type `organizational_unit` and its uuid. */
  readonly parentEntity: Entity;
  readonly consolidatedId: string;
}

/** Alerts of one organization that have parent entity, type and cause in common. Active while any of them is. */
export interface ConsolidatedAlert
  extends Pick<
    Alert,
    | 'id'
    | 'organizationId'
    | 'type'
    | 'cause'
    | 'severity'
    | 'status'
    | 'notes'
    | 'raisedAt'
    | 'updatedAt'
    | 'clearedAt'
    | 'parentEntity'
  > {
  readonly activeEntities: number;
  readonly clearedEntities: number;
}

/** What the logs or an alarm say now about what an alert is about. Saying it again changes nothing. */
export interface AlertEvidence
  extends Pick<
    Alert,
    | 'organizationId'
    | 'type'
    | 'cause'
    | 'severity'
    | 'description'
    | 'variables'
    | 'raisedCount'
    | 'primaryEntity'
    | 'parentEntity'
  > {
  /** Tells what it is about from others of the organization, type and cause. */
  readonly subject: string;
  readonly raisedUs: number;
  /** The last failure or event. */
  readonly lastUs: number;
  /** Null while it is amiss. */
  readonly clearedUs: number | null;
  /** Of what is not to be seen: it clears an alert that is there, and makes none. */
  readonly hidden: boolean;
}

export const ALERT_SORTS = ['raised', 'updated', 'cleared'] as const;

/** Values of one list are alternatives, members must all hold. Instants are ISO 8601, bounds inclusive. */
export interface AlertFilter {
  readonly types?: readonly string[];
  readonly statuses?: readonly string[];
  readonly severities?: readonly string[];
  readonly raised?: InstantBounds;
  readonly updated?: InstantBounds;
  readonly cleared?: InstantBounds;
  readonly consolidatedId?: string;
  readonly primaryId?: string;
  readonly primaryType?: string;
  /** In any case. */
  readonly primaryValuePart?: string;
  readonly parent?: { readonly id: string; readonly type: string };
}

export interface InstantBounds {
  readonly from?: string;
  readonly to?: string;
}

/** Which part of a list, in which order; ties go by id. */
export interface AlertPage {
  readonly sort: (typeof ALERT_SORTS)[number];
  readonly order: 'asc' | 'desc';
  readonly limit: number;
  readonly offset: number;
}
