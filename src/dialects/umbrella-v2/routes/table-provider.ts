import { z } from 'zod';
import { TRAFFIC_KINDS } from '../../../model/event.ts';
import { categoryWithLegacyId } from '../schemas/objects.ts';
import * as schema from '../schemas/provider.ts';
import { requestsBucket } from '../schemas/reports.ts';
import { codes } from './codes.ts';
import * as provider from './provider.ts';
import type { ReportRoute } from './route.ts';

type Row = Pick<ReportRoute, 'path' | 'parameters' | 'data' | 'summary' | 'answer'> &
  Partial<Pick<ReportRoute, 'permission'>>;

/** Section 8, without consoles and single customers. */
const ROWS: readonly Row[] = [
  {
    path: '/categories',
    parameters: [],
    permission: 'reference:read',
    data: z.array(categoryWithLegacyId),
    summary: 'Categories, by id',
    answer: provider.categories,
  },
  {
    path: '/deployments',
    parameters: codes('F T TH TT'),
    data: z.array(schema.organizationDeployments),
    summary: 'For each organization, how many identities of each type exist and how many were active',
    answer: provider.deployments,
  },
  {
    path: '/requests-by-hour',
    parameters: codes('F T L O D U C PC I ID IT A V SH TH TT DL N'),
    data: z.array(requestsBucket),
    summary: 'Requests of each hour, of all organizations together',
    answer: provider.requestsByHour,
  },
  {
    path: '/requests-by-timerange',
    parameters: codes('F T L O D U C PC I ID IT A V TH TT DL N TR'),
    data: z.array(requestsBucket),
    summary: 'Requests of each minute, hour or day, of all organizations together',
    answer: provider.requestsByTimerange,
  },
  {
    path: '/requests-by-org',
    parameters: codes('F T L O TH TT N'),
    data: z.array(schema.organizationRequests),
    summary: 'Organizations by requests, those without any last',
    answer: provider.requestsByOrganization,
  },
  {
    path: '/requests-by-category',
    parameters: codes('F T L O TH TT N'),
    data: z.array(schema.categoryRequests),
    summary: 'Categories by requests of all organizations',
    answer: provider.requestsByCategory,
  },
  {
    path: '/requests-by-destination',
    parameters: codes('F T L O TH TT N'),
    data: z.array(schema.destinationRequests),
    summary: 'Destinations by requests of all organizations',
    answer: provider.requestsByDestination,
  },
  {
    path: '/category-requests-by-org',
    parameters: codes('F T L O TH TT N'),
    data: z.array(schema.organizationCategoryRequests),
    summary: 'For each organization, its requests of each category',
    answer: provider.categoryRequestsByOrganization,
  },
];

export const PROVIDER_REPORT_ROUTES: readonly ReportRoute[] = ROWS.map((row) => ({
  permission: 'customers:read',
  kinds: TRAFFIC_KINDS,
  ...row,
}));
