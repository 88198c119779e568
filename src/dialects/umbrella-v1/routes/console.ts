import { deploymentsByCustomer, requestsByCustomer } from '../../../core/customers/index.ts';
import type { Organization } from '../../../model/organization.ts';
import type { Call } from '../call.ts';
import { addDeployments, addRequests, toDeployments, toRequestCounts } from '../mapping/console.ts';
import { limitOf, offsetOf } from '../paging.ts';
import { detailedSummary, securitySummary } from '../schemas.ts';
import { lastDay, windowOf } from '../window.ts';
import { limitParameter, OFFSET, WINDOW } from './parameters.ts';
import type { V1Route } from './route.ts';

const LIMIT = { absent: 50, most: 500 };
const PAGE = { limit: limitParameter(LIMIT), offset: OFFSET };

export const CONSOLE_ROUTES: readonly V1Route[] = [
  {
    path: '/detailed-summary',
    permission: 'customers:read',
    parameters: PAGE,
    operationId: 'getDetailedSummary',
    tag: 'Console',
    summary: 'What every organization below has deployed, and what of it was active in the last 24 hours',
    schema: detailedSummary,
    answer: detailed,
  },
  {
    path: '/security-summary',
    permission: 'customers:read',
    parameters: { ...PAGE, ...WINDOW },
    operationId: 'getSecuritySummary',
    tag: 'Console',
    summary: 'Requests and blocked requests of every organization below',
    schema: securitySummary,
    answer: security,
  },
];

/** Section 10.1. */
async function detailed(call: Call): Promise<object> {
  const customers = await deploymentsByCustomer(call.context, call.scope, { range: lastDay(call), filter: {} });
  return summary(call, customers, ({ counts }) => toDeployments(counts), addDeployments);
}

/** Section 10.2. The vendor's body is not known; this one follows 10.1. */
async function security(call: Call): Promise<object> {
  const customers = await requestsByCustomer(call.context, call.scope, { range: windowOf(call), filter: {} });
  return summary(call, customers, toRequestCounts, addRequests);
}

/** Numbers of all customers together, then of each on the page: in reverse alphabetical order. */
function summary<Customer extends { readonly organization: Organization }, Numbers extends object>(
  call: Call,
  customers: readonly Customer[],
  numbersOf: (customer: Customer) => Numbers,
  total: (numbers: readonly Numbers[]) => Numbers,
): object {
  const limit = limitOf(call, LIMIT);
  const offset = offsetOf(call);
  const entries = customers
    .toSorted((left, right) => compare(right.organization, left.organization))
    .map((customer) => ({ organization: customer.organization, numbers: numbersOf(customer) }));
  return {
    totals: total(entries.map(({ numbers }) => numbers)),
    organizations: entries
      .slice(offset, offset + limit)
      .map(({ organization: { name, id }, numbers }) => ({ name, id, ...numbers })),
  };
}

function compare(left: Organization, right: Organization): number {
  return ALPHABET.compare(left.name, right.name) || left.id - right.id;
}

const ALPHABET = new Intl.Collator('en');
