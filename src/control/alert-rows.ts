import type { Alert, AlertType } from '../model/alert.ts';

// Rows as Kysely hands them out: instants are ISO 8601, variables JSON.

interface SharedRow {
  id: string;
  organizationId: number;
  type: AlertType;
  cause: string;
  severity: Alert['severity'];
  status: Alert['status'];
  notes: string;
  raisedAt: string;
  updatedAt: string;
  clearedAt: string | null;
  parentId: string;
  parentType: string;
  parentValue: string;
}

export interface AlertRow extends SharedRow {
  primaryId: string;
  primaryType: string;
  primaryValue: string;
  /** The value in lower case, to be searched. */
  foldedValue: string;
  description: string;
  variables: string;
  raisedCount: number;
  /** The last failure or event that is known of, microseconds since 1970. */
  evidenceUs: number;
  /** Whether the logs say that it is amiss; people may have cleared it. */
  amiss: 0 | 1;
  /** What was known when somebody cleared it: it stays so until something later is. */
  dismissedUs: number | null;
  consolidatedId: string;
}

export interface ConsolidatedAlertRow extends SharedRow {
  activeEntities: number;
  clearedEntities: number;
}
