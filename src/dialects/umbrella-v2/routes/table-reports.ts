import { z } from 'zod';
import { TRAFFIC_KINDS } from '../../../model/event.ts';
import { summary } from '../schemas/objects.ts';
import * as schema from '../schemas/reports.ts';
import * as buckets from './buckets.ts';
import { codes } from './codes.ts';
import type { ReportRoute } from './route.ts';
import * as summaries from './summaries.ts';
import * as top from './top-lists.ts';

type Row = Pick<ReportRoute, 'path' | 'types' | 'parameters' | 'data' | 'summary' | 'answer'> &
  Partial<Pick<ReportRoute, 'kinds' | 'permission'>>;

/** Section 6, rows 8 to 30. */
const ROWS: readonly Row[] = [
  {
    path: '/top-identities',
    types: ['dns', 'proxy', 'firewall', 'ip'],
    parameters: codes('F T L O BASE XT'),
    data: z.array(schema.topIdentity),
    summary: 'Identities by requests',
    answer: top.topIdentities,
  },
  {
    path: '/identity-distribution',
    types: ['dns', 'proxy'],
    parameters: codes('F T L O BASE XT'),
    data: z.array(schema.identityDistribution),
    summary: 'Requests by type of identity',
    answer: top.identityDistribution,
  },
  {
    path: '/top-destinations',
    types: ['dns', 'proxy', 'firewall', 'ip'],
    parameters: codes('F T L O BASE XT'),
    data: z.array(schema.topDestination),
    summary: 'Destinations by requests',
    answer: top.topDestinations,
  },
  {
    path: '/top-urls',
    parameters: codes('F T L O D SH SO B AD AV DL N TZ'),
    kinds: ['web'],
    data: z.array(schema.topUrl),
    summary: 'Paths of web requests by requests',
    answer: top.topUrls,
  },
  {
    path: '/top-categories',
    types: ['dns', 'proxy', 'ip'],
    parameters: codes('F T O BASE XT', 'PO'),
    data: z.array(schema.topCategory),
    summary: 'Categories by requests, all of them',
    answer: top.topCategories,
  },
  {
    path: '/top-eventtypes',
    parameters: codes('F T BASE XT', 'PO SH'),
    data: z.array(schema.topEventType),
    summary: 'Types of security events by number, all seven',
    answer: top.topEventTypes,
  },
  {
    path: '/top-dns-query-types',
    parameters: codes('F T L O OR DNSB'),
    kinds: ['dns'],
    data: z.array(schema.topDnsQueryType),
    summary: 'DNS query types by requests',
    answer: top.topDnsQueryTypes,
  },
  {
    path: '/requests-by-hour',
    types: ['dns', 'proxy', 'firewall', 'intrusion', 'ip'],
    parameters: codes('F T L O BASE XT'),
    data: z.array(schema.requestsBucket),
    summary: 'Requests of each hour',
    answer: buckets.requestsByHour,
  },
  {
    path: '/requests-by-timerange',
    types: ['dns', 'proxy', 'firewall', 'intrusion', 'ip'],
    parameters: codes('F T L O BASE TR XT', 'SH'),
    data: z.array(schema.requestsBucket),
    summary: 'Requests of each minute, hour or day',
    answer: buckets.requestsByTimerange,
  },
  {
    path: '/categories-by-hour',
    types: ['dns', 'proxy', 'ip'],
    parameters: codes('F T L O BASE XT', 'PO'),
    data: z.array(schema.categoryBucket),
    summary: 'Requests of each hour by category',
    answer: buckets.categoriesByHour,
  },
  {
    path: '/categories-by-timerange',
    types: ['dns', 'proxy', 'ip'],
    parameters: codes('F T L O BASE TR XT', 'PO SH'),
    data: z.array(schema.categoryBucket),
    summary: 'Requests of each minute, hour or day by category',
    answer: buckets.categoriesByTimerange,
  },
  {
    path: '/deployment-status',
    parameters: codes('F T TH TT TZ'),
    data: z.array(schema.deploymentStatus),
    summary: 'How many identities of each type exist and how many were active',
    answer: summaries.deploymentStatus,
  },
  {
    path: '/bandwidth-by-hour',
    parameters: codes('F T L O BASE', 'PO TH TT'),
    kinds: ['web'],
    data: z.array(schema.bandwidthBucket),
    summary: 'Bytes of web traffic of each hour',
    answer: buckets.bandwidthByHour,
  },
  {
    path: '/bandwidth-by-timerange',
    parameters: codes('F T L O BASE TR', 'PO TH TT'),
    kinds: ['web'],
    data: z.array(schema.bandwidthBucket),
    summary: 'Bytes of web traffic of each minute, hour or day',
    answer: buckets.bandwidthByTimerange,
  },
  {
    path: '/top-files',
    parameters: codes('F T L O BASE', 'PO TH TT'),
    kinds: ['web'],
    data: z.array(schema.topFile),
    summary: 'Files by requests',
    answer: top.topFiles,
  },
  {
    path: '/total-requests',
    types: ['dns', 'proxy', 'firewall', 'ip'],
    parameters: codes('F T BASE R XT'),
    data: schema.totalRequests,
    summary: 'Number of requests',
    answer: summaries.totalRequests,
  },
  {
    path: '/top-threats',
    types: ['dns', 'proxy'],
    parameters: codes('F T L O DNSB'),
    kinds: ['dns', 'web'],
    data: z.array(schema.topThreat),
    summary: 'Threats by requests',
    answer: top.topThreats,
  },
  {
    path: '/top-threat-types',
    types: ['dns', 'proxy'],
    parameters: codes('F T L O DNSB'),
    kinds: ['dns', 'web'],
    data: z.array(schema.topThreatType),
    summary: 'Types of threats by requests',
    answer: top.topThreatTypes,
  },
  {
    path: '/top-ips',
    parameters: codes('F T DNSB XT'),
    data: z.array(schema.topIp),
    summary: 'External addresses by requests',
    answer: top.topExternalIps,
  },
  {
    path: '/top-ips/internal',
    parameters: codes('F T DNSB XT'),
    data: z.array(schema.topIp),
    summary: 'Internal addresses by requests',
    answer: top.topInternalIps,
  },
  {
    path: '/summary',
    types: ['dns', 'proxy', 'firewall', 'ip'],
    parameters: codes('F T L O BASE R FN XT', 'SH'),
    data: summary,
    summary: 'How many of everything',
    answer: summaries.summary,
  },
  {
    path: '/summaries-by-category',
    types: ['dns', 'proxy', 'ip'],
    parameters: codes('F T L O BASE R FN XT', 'PO SH TZ'),
    data: z.array(schema.summaryWithCategory),
    summary: 'How many of everything for each category',
    answer: summaries.summariesByCategory,
  },
  {
    path: '/summaries-by-destination',
    types: ['dns', 'proxy'],
    parameters: codes('F T L O BASE R FN XT', 'PO SH TZ'),
    data: z.array(schema.summaryWithDestination),
    summary: 'How many of everything for each destination',
    answer: summaries.summariesByDestination,
  },
  {
    path: '/summaries-by-rule/intrusion',
    parameters: codes('F T L O SG SL IA I ID IT PO N'),
    permission: 'rule-summaries:read',
    kinds: ['intrusion'],
    data: z.array(schema.signatureListSummary),
    summary: 'Intrusions by signature list, rule and signature',
    answer: summaries.summariesByRule,
  },
];

export const REPORT_ROUTES: readonly ReportRoute[] = ROWS.map((row) => ({
  permission: 'aggregates:read',
  kinds: TRAFFIC_KINDS,
  ...row,
}));
