import type { SharedCategory, SharedDestination } from '../../../core/customers/index.ts';
import type { Organization } from '../../../model/organization.ts';
import type { DeploymentCount, RequestCounts } from '../../../model/traffic.ts';
import { toCategory, toIdentityType } from './objects.ts';

// Section 8.

export function toOrganization({ id, name }: Organization) {
  return { id, label: name };
}

export function toIdentityCount({ type, active, total }: DeploymentCount) {
  return { identitytype: toIdentityType(type), activecount: active, count: total };
}

export function toTotals({ requests, blocked }: RequestCounts) {
  return { total: requests, totalblocked: blocked };
}

export function toSharedTotals(shared: SharedCategory | SharedDestination) {
  return { ...toTotals(shared), numberoforganizationsaffected: shared.customers };
}

export function toCategoryCount({ category, requests, blocked, customers }: SharedCategory) {
  return {
    category: toCategory(category),
    requests,
    requestsblocked: blocked,
    numberoforganizationswithcategorizedtraffic: customers,
  };
}
