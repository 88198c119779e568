import { z } from 'zod';

/** Schemas with a name of their own in the OpenAPI document of this surface. */
export const registry = z.registry<{ id: string }>();

function named<Schema extends z.ZodType>(id: string, schema: Schema): Schema {
  registry.add(schema, { id });
  return schema;
}

const text = z.string();
const count = z.int().nonnegative();

/** Section 9.4. */
export const fault = named('Fault', z.object({ message: text }));

const request = named(
  'Request',
  z.object({
    originId: count.describe('Number of the identity'),
    originType: text.describe('Label of its type, such as `Roaming Computers`'),
    internalIp: text,
    externalIp: text,
    categories: z.array(text).describe('Labels of all categories of the destination'),
    tags: z.array(text).describe('Always empty'),
    destination: text.describe('Domain, whole URL of a web request, or empty for connections to an address'),
    originLabel: text,
    actionTaken: z.enum(['ALLOWED', 'BLOCKED', 'PROXIED']),
    datetime: text.describe('ISO 8601, UTC, with milliseconds'),
  }),
);

export const securityActivity = named(
  'SecurityActivity',
  z.object({
    requests: z.array(request),
    stopTimestamp: count.optional().describe('Epoch milliseconds, for the next page; absent on the last one'),
  }),
);

export const destinationActivity = named('DestinationActivity', z.object({ requests: z.array(request) }));

export const destinationIdentities = named(
  'DestinationIdentities',
  z.object({
    identities: z.array(
      z.object({
        rank: z.int().min(1).max(10),
        originId: count,
        originLabel: text,
        originType: text.describe('Short name of the type, such as `roaming`'),
        numberOfRequests: count,
      }),
    ),
  }),
);

const activity = named('ActivityCounts', z.object({ active: count, inactive: count, total: count }));
const deployments = { roamingClients: activity, networks: activity, virtualAppliances: activity };
const organization = { name: text, id: count };

export const detailedSummary = named(
  'DetailedSummary',
  z.object({
    totals: z.object(deployments).describe('Over all organizations, those on other pages included'),
    organizations: z.array(z.object({ ...organization, ...deployments })),
  }),
);

const requests = { requests: count, requestsBlocked: count };

export const securitySummary = named(
  'SecuritySummary',
  z.object({
    totals: z.object(requests).describe('Over all organizations, those on other pages included'),
    organizations: z.array(z.object({ ...organization, ...requests })),
  }),
);
