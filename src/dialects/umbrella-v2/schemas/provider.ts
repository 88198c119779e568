import { z } from 'zod';
import { category, identityType, integer, text } from './objects.ts';
import { named } from './registry.ts';

// Items of section 8.

const organization = named('ProviderOrganization', z.object({ id: integer, label: text }));

export const organizationDeployments = named(
  'OrganizationDeployments',
  z.object({
    organization,
    counts: z.array(z.object({ identitytype: identityType, activecount: integer, count: integer })),
  }),
);

const totals = { total: integer, totalblocked: integer };
const affected = integer.describe('Organizations with at least one of these requests');

export const organizationRequests = named('OrganizationRequests', z.object({ organization, counts: z.object(totals) }));

const sharedTotals = z.object({ ...totals, numberoforganizationsaffected: affected });

export const categoryRequests = named('CategoryRequests', z.object({ category, counts: sharedTotals }));

export const destinationRequests = named(
  'DestinationRequests',
  z.object({
    domain: text.describe('Destination address for firewall and IP traffic'),
    categories: z.array(category),
    counts: sharedTotals,
  }),
);

export const organizationCategoryRequests = named(
  'OrganizationCategoryRequests',
  z.object({
    organization,
    counts: z.array(
      z.object({
        category,
        requests: integer,
        requestsblocked: integer,
        numberoforganizationswithcategorizedtraffic: integer.describe(
          'Organizations of the provider with at least one request of this category in the range',
        ),
      }),
    ),
  }),
);
