import { type Category, categoryById, unlistedCategory } from '../../../model/categories.ts';
import type { Verdict } from '../../../model/event.ts';
import { identityType } from '../../../model/identity-types.ts';
import type {
  Application,
  CategoryReference,
  Identity,
  RequestCounts,
  TrafficSummary,
} from '../../../model/traffic.ts';

// Section 5: objects that several answers share. Members stand in the order of the recorded answers.

export function toCategory({ id, label }: CategoryReference) {
  const known = categoryById(id) ?? unlistedCategory(id, label);
  return { id, label: known.label, type: known.type, integration: known.integration, deprecated: known.deprecated };
}

export function toCategoryWithLegacyId({ id, legacyId, label, type, integration, deprecated }: Category) {
  return { id, legacyid: legacyId, label, type, integration, deprecated };
}

/** A type that is not in the table stands for itself, under no number. */
export function toIdentityType(type: string) {
  const known = identityType(type);
  return { id: known?.id ?? 0, type, label: known?.label ?? type };
}

export function toIdentity({ id, label, type }: Identity) {
  return { id, label, type: toIdentityType(type), deleted: false };
}

/** Numbers of application categories that recorded answers show (section 11). */
const APPLICATION_CATEGORIES: ReadonlyMap<string, number> = new Map([
  ['cloud storage', 6],
  ['collaboration', 7],
  ['it service management', 44],
  ['media', 47],
]);

export function toApplicationCategory(label: string) {
  return { id: APPLICATION_CATEGORIES.get(label.toLowerCase()) ?? null, label };
}

/** Clients read `category.label` of every application (section 13). */
export function toApplication({ id, label, category }: Application) {
  return { id, label, type: 'AVC', category: toApplicationCategory(category) };
}

/** Applications of a request, and again by what became of it. */
export function applicationsByVerdict<App>(verdict: Verdict, applications: readonly App[]) {
  return {
    allapplications: applications,
    allowedapplications: verdict === 'allowed' ? applications : [],
    blockedapplications: verdict === 'blocked' ? applications : [],
  };
}

export function toFirewallApplication({ id, label, category }: Application) {
  return { id, label, app: category, category: toApplicationCategory(category) };
}

export function toCounts({ requests, allowed, blocked }: RequestCounts) {
  return { requests, allowedrequests: allowed, blockedrequests: blocked };
}

export function toSummary(summary: TrafficSummary) {
  return {
    applications: summary.applications,
    applicationsallowed: summary.applicationsAllowed,
    applicationsblocked: summary.applicationsBlocked,
    categories: summary.categories,
    domains: summary.domains,
    files: summary.files,
    filetypes: summary.fileTypes,
    identities: summary.identities,
    identitytypes: summary.identityTypes,
    policycategories: summary.policyCategories,
    policyrequests: summary.policyRequests,
    requests: summary.requests,
    requestsallowed: summary.requestsAllowed,
    requestsblocked: summary.requestsBlocked,
  };
}
