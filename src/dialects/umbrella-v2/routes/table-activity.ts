import { z } from 'zod';
import { TRAFFIC_KINDS } from '../../../model/event.ts';
import * as schema from '../schemas/activity.ts';
import { activity, fileDispositions } from './activity.ts';
import { codes } from './codes.ts';
import type { ReportRoute } from './route.ts';

const permission = 'activity:read';

/** Section 6, rows 1 to 7; `CU` is ours. */
export const ACTIVITY_ROUTES: readonly ReportRoute[] = [
  {
    path: '/activity',
    parameters: codes('F T L O CU D U C PC I PO ID IT A V R FN SO B SH TH TT AD AV IS IF DL N HE EX TZ XT'),
    permission,
    kinds: TRAFFIC_KINDS,
    data: z.array(schema.activity),
    summary: 'DNS, proxy, firewall and intrusion events in one stream',
    answer: activity,
  },
  {
    path: '/activity/dns',
    parameters: codes('F T L O OR CU D C PC I ID IT A V TH TT N TZ'),
    permission,
    kinds: ['dns'],
    data: z.array(schema.activityDns),
    summary: 'DNS requests',
    answer: activity,
  },
  {
    path: '/activity/proxy',
    parameters: codes('F T L O OR CU D U C PC I PO ID IT A V R FN SO B SH TH TT AD AV TC IS IF DL HE TZ'),
    permission,
    kinds: ['web'],
    data: z.array(schema.activityProxy),
    summary: 'Web requests',
    answer: activity,
  },
  {
    path: '/activity/firewall',
    parameters: codes('F T L O CU ID R V I PO C TZ'),
    permission,
    kinds: ['firewall'],
    data: z.array(schema.activityFirewall),
    summary: 'Connections through the firewall',
    answer: activity,
  },
  {
    path: '/activity/intrusion',
    parameters: codes('F T L O CU ID SG SL IA I PO N TZ'),
    permission,
    kinds: ['intrusion'],
    data: z.array(schema.activityIntrusion),
    summary: 'Intrusions',
    answer: activity,
  },
  {
    path: '/activity/ip',
    parameters: codes('F T L O CU ID IT C V I PO'),
    permission,
    kinds: ['ip'],
    data: z.array(schema.activityIp),
    summary: 'Connections to addresses that a policy covers (deprecated by the vendor)',
    answer: activity,
  },
  {
    path: '/activity/amp-retrospective',
    parameters: codes('F T L O AD SH TZ'),
    permission,
    kinds: ['web'],
    data: z.array(schema.activityAmpRetro),
    summary: 'Files whose disposition was judged',
    answer: fileDispositions,
  },
];
