import * as customers from '../../../core/customers/index.ts';
import { type Call, questionOf, stepOf } from '../call.ts';
import { toCategory, toCategoryWithLegacyId } from '../mapping/objects.ts';
import { toCategoryCount, toIdentityCount, toOrganization, toSharedTotals, toTotals } from '../mapping/provider.ts';
import { cut, pageOf } from '../paging.ts';
import { requestBuckets } from './buckets.ts';
import type { Answer } from './route.ts';

// Section 8: reports over everything below the organization. Without anything below it, lists are empty.

export async function categories(call: Call): Promise<Answer> {
  const found = await customers.listCustomerCategories(call.context, call.scope);
  return { data: found.map(toCategoryWithLegacyId) };
}

export async function deployments(call: Call): Promise<Answer> {
  const found = await customers.deploymentsByCustomer(call.context, call.scope, questionOf(call));
  return {
    data: found.map(({ organization, counts }) => ({
      organization: toOrganization(organization),
      counts: counts.map(toIdentityCount),
    })),
  };
}

export const requestsByHour = (call: Call) => requestBuckets(call, 'hour', customers.requestBuckets);
export const requestsByTimerange = (call: Call) => requestBuckets(call, stepOf(call), customers.requestBuckets);

export async function requestsByOrganization(call: Call): Promise<Answer> {
  const found = await customers.requestsByCustomer(call.context, call.scope, questionOf(call));
  return {
    data: cut(found, pageOf(call)).map((customer) => ({
      organization: toOrganization(customer.organization),
      counts: toTotals(customer),
    })),
  };
}

export async function requestsByCategory(call: Call): Promise<Answer> {
  const request = { ...questionOf(call), ...pageOf(call) };
  const found = await customers.requestsByCategory(call.context, call.scope, request);
  return { data: found.map((shared) => ({ category: toCategory(shared.category), counts: toSharedTotals(shared) })) };
}

export async function requestsByDestination(call: Call): Promise<Answer> {
  const request = { ...questionOf(call), ...pageOf(call) };
  const found = await customers.requestsByDestination(call.context, call.scope, request);
  return {
    data: found.map((shared) => ({
      domain: shared.destination,
      categories: shared.categories.map(toCategory),
      counts: toSharedTotals(shared),
    })),
  };
}

export async function categoryRequestsByOrganization(call: Call): Promise<Answer> {
  const found = await customers.categoryRequestsByCustomer(call.context, call.scope, questionOf(call));
  return {
    data: cut(found, pageOf(call)).map(({ organization, counts }) => ({
      organization: toOrganization(organization),
      counts: counts.map(toCategoryCount),
    })),
  };
}
