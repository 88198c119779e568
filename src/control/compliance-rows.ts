import type { ComplianceRunState, ComplianceStatus } from '../model/compliance.ts';

// Rows as Kysely hands them out: instants are ISO 8601; parameters, schedules, actors and lists are JSON.

export interface ComplianceConfigurationRow {
  id: string;
  organizationId: number;
  rootId: number;
  name: string;
  /** The name in lower case, to be searched. */
  foldedName: string;
  description: string | null;
  schedule: string | null;
  notification: string | null;
  parameter: string;
  namedOrganizationIds: string | null;
  createdAt: string;
  createdBy: string;
  nextRunAt: string;
}

export interface ComplianceRunRow {
  id: string;
  configurationId: string;
  organizationId: number;
  rootId: number;
  name: string;
  state: ComplianceRunState;
  taskId: number;
  parameter: string;
  namedOrganizationIds: string | null;
  createdAt: string;
  updatedAt: string;
  expiresAt: string | null;
  complianceStatus: ComplianceStatus | null;
  findings: string | null;
  file: string | null;
  error: string | null;
}
