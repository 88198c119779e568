import type { Organization } from './organization.ts';

/** What a credential may do, in our own words. Dialects translate their vendor's scopes to these. */
export const PERMISSIONS = [
  'activity:read',
  'aggregates:read',
  'rule-summaries:read',
  'reference:read',
  'customers:read',
  'customers:write',
  'alarms:read',
  'alarms:write',
  'audit:read',
  'tasks:read',
  'tasks:write',
  'reports:read',
  'reports:write',
  'administer',
  'ingest',
] as const;

export type Permission = (typeof PERMISSIONS)[number];

/** Who acts: written to the audit trail with every change. */
export interface Actor {
  readonly type: 'client' | 'user' | 'operator' | 'system';
  /** Id of the client or user; the name of the job for `system`; `local` for the operator at the command line. */
  readonly id: string;
  readonly label: string;
  /** Remote address, or `local`. */
  readonly from: string;
  /** Which door was used: the dialect's name, `cli` or `jobs`. */
  readonly via: string;
}

/**
 * What one request may touch: an organization that has been resolved and permitted, once. Every use case takes it
 * first, and every query takes its organization from nowhere else.
 */
export interface Scope {
  readonly organization: Organization;
  readonly actor: Actor;
  readonly permissions: ReadonlySet<Permission>;
}
