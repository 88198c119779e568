import type { Organization } from '../../model/organization.ts';
import type { AuditEntryRow } from '../audit/list-audit-entries.ts';

/** Where files of reports are, and for how long. */
export interface ReportShelf {
  /** A folder that holds nothing else. */
  readonly folder: string;
  readonly lifetimeMs: number;
}

/** What names in reports are seen from. */
export interface ReportUnits {
  /** By number, deleted ones included. */
  readonly units: ReadonlyMap<number, Organization>;
  /** Number of the organization that whoever asked belongs to. */
  readonly rootId: number;
}

/** How the surface that takes requests for reports names things. */
export interface ReportWords {
  unitName(unit: Organization, rootId: number): { readonly id: string; readonly name: string };
  readonly auditColumns: readonly string[];
  /** What an entry of the audit trail is, in those columns. */
  auditCells(entry: AuditEntryRow, units: ReportUnits): readonly string[];
  /** Category and verb of an action. */
  actionWords(action: string): { readonly category: string; readonly verb: string };
}

/** What a job needs to write reports. */
export interface ReportWork {
  readonly shelf: ReportShelf;
  readonly words: ReportWords;
}
