import { z } from 'zod';
import {
  application,
  category,
  identity,
  identityType,
  integer,
  integerOrNull,
  requestCounts,
  summary,
  text,
  wireTime,
} from './objects.ts';
import { named } from './registry.ts';

// Items of section 7, by their names in the matrix of section 6.

const rank = integer.describe('From 1, across pages');
const bandwidth = integerOrNull.describe('Bytes both ways of proxy traffic; null where there is none');

export const topIdentity = named(
  'TopIdentity',
  z.object({ rank, requests: integer, bandwidth, counts: requestCounts, identity }),
);

export const identityDistribution = named(
  'IdentityDistribution',
  z.object({
    identitytype: identityType,
    requests: integer,
    unique_identity_count: integer,
    counts: requestCounts,
  }),
);

export const topDestination = named(
  'TopDestination',
  z.object({
    domain: text.describe('Destination address for firewall and IP traffic'),
    rank,
    count: integer,
    bandwidth,
    counts: requestCounts,
    categories: z.array(category),
    policycategories: z.array(category),
  }),
);

export const topUrl = named('TopUrl', z.object({ rank, count: integer, path: text, categories: z.array(category) }));

export const topCategory = named('TopCategory', z.object({ rank, count: integer, bandwidth, category }));

export const topEventType = named('TopEventType', z.object({ eventtype: text, count: integer }));

export const topDnsQueryType = named('TopDnsQueryType', z.object({ querytype: text, requests: integer }));

export const requestsBucket = named('RequestsBucket', z.object({ ...wireTime, count: integer, counts: requestCounts }));

export const categoryBucket = named(
  'CategoryBucket',
  z.object({ ...wireTime, counts: z.array(z.object({ category, requests: integer })) }),
);

export const bandwidthBucket = named(
  'BandwidthBucket',
  z.object({ ...wireTime, inboundbytes: integer, outboundbytes: integerOrNull }),
);

export const deploymentStatus = named(
  'DeploymentStatus',
  z.object({ type: identityType, activecount: integer, count: integer }),
);

export const topFile = named(
  'TopFile',
  z.object({
    requests: integer,
    sha256: text,
    identitycount: integer,
    filenames: z.array(text),
    filetypes: z.array(text),
    categories: z.array(category),
  }),
);

export const totalRequests = named('TotalRequests', z.object({ count: integer }));

export const topThreat = named('TopThreat', z.object({ threat: text, threattype: text, count: integer }));

export const topThreatType = named(
  'TopThreatType',
  z.object({ threattype: text, threatscount: integer, count: integer }),
);

export const topIp = named('TopIp', z.object({ ip: text, count: integer }));

export const summaryWithCategory = named('SummaryWithCategory', z.object({ category, summary }));

export const summaryWithDestination = named('SummaryWithDestination', z.object({ domain: text, summary }));

const signature = z.object({
  generatorid: integer,
  id: integer,
  lasteventat: integer.describe('Milliseconds since 1970'),
  counts: z.object({ blocked: integer, detected: integer, wouldblock: integer }),
});

export const signatureListSummary = named(
  'SignatureListSummary',
  z.object({
    signaturelist: z.object({ id: integer }),
    rule: z.object({ id: integer }),
    signatures: z.array(signature),
  }),
);

export const applicationList = named(
  'ApplicationList',
  z.object({
    applications: z.array(application),
    categories: z.array(z.object({ id: integerOrNull, name: text })),
  }),
);

export const namedThreat = named('ThreatDescription', z.object({ name: text, description: text }));
