import type { Random } from '../../kit/random.ts';
import type { LogLine } from './log-files.ts';
import { identitiesOf, type Plan } from './organizations.ts';
import type { Period } from './schedule.ts';
import type { Visit, WebRequest } from './traffic.ts';
import { csvLine, umbrellaTime } from './umbrella-csv.ts';
import { requestsOf, urlOf } from './web.ts';

/** Columns of schema version 12 in order (spec log-formats.md, 1.4). */
const COLUMNS = [
  'timestamp',
  'policyIdentity',
  'internalIp',
  'externalIp',
  'destinationIp',
  'contentType',
  'action',
  'url',
  'referer',
  'userAgent',
  'statusCode',
  'requestSize',
  'responseSize',
  'responseBodySize',
  'sha256',
  'categories',
  'avDetections',
  'puas',
  'ampDisposition',
  'ampMalwareName',
  'ampScore',
  'policyIdentityType',
  'blockedCategories',
  'identities',
  'identityTypes',
  'requestMethod',
  'dlpStatus',
  'certificateErrors',
  'fileName',
  'rulesetId',
  'ruleId',
  'destinationListIds',
  'isolateAction',
  'fileAction',
  'warnStatus',
  'forwardingMethod',
  'producer',
  'mspOrganizationId',
  'blockedCountries',
  'applicationIds',
  'hostname',
  'dataCenter',
  'egress',
  'serverName',
  'timeBasedRule',
  'securityOverridden',
  'detectedFileType',
  'warnCategories',
  'organizationId',
  'applicationName',
  'applicationCategory',
  'egressIp',
] as const;

type Row = Partial<Record<(typeof COLUMNS)[number], string>>;

/** Rows of the secure web gateway for one visit. */
export function proxyLines(visit: Visit, plan: Plan, period: Period, random: Random): LogLine[] {
  return requestsOf(visit, random).map((request) => {
    const time = Math.min(visit.time + request.delay, period.end - 1);
    const row: Row = {
      timestamp: umbrellaTime(time),
      ...whoRow(visit),
      ...requestRow(visit, request),
      ...scanRow(request, random),
      ...policyRow(visit, request, random),
      ...placeRow(visit, plan, random),
    };
    return { log: 'proxylogs', text: csvLine(COLUMNS.map((column) => row[column])) };
  });
}

function whoRow({ device }: Visit): Row {
  const { labels, types } = identitiesOf(device);
  return {
    policyIdentity: labels[0],
    policyIdentityType: types[0],
    identities: labels.join(','),
    identityTypes: types.join(','),
    internalIp: device.address,
    externalIp: device.office.externalAddress,
    userAgent: device.agent,
  };
}

function requestRow(visit: Visit, request: WebRequest): Row {
  return {
    destinationIp: visit.site.address,
    contentType: request.mime,
    url: urlOf(visit, request.path),
    referer: request.referer,
    statusCode: String(request.status),
    requestSize: String(request.requestBytes),
    responseSize: String(request.responseBytes + 380),
    responseBodySize: String(request.responseBytes),
    requestMethod: request.method,
    categories: visit.site.categories.join(','),
    serverName: visit.site.secure ? visit.host : '',
    applicationIds: visit.site.app?.id,
    applicationName: visit.site.app?.name,
    applicationCategory: visit.site.app?.category,
  };
}

/** What the scanners of files found. */
function scanRow({ download }: WebRequest, random: Random): Row {
  if (!download) return {};
  const { name, sha256, malware } = download;
  return {
    fileName: name,
    sha256,
    detectedFileType: name.slice(name.lastIndexOf('.') + 1).toUpperCase(),
    ampDisposition: malware ? 'Malicious' : random.chance(0.3) ? 'Unknown' : 'Clean',
    ampMalwareName: malware ?? '',
    ampScore: String(malware ? random.between(85, 100) : random.between(0, 20)),
    avDetections: malware && random.chance(0.8) ? malware.replace('.Demo', '.Generic') : '',
    puas: !malware && name.endsWith('.msi') && random.chance(0.2) ? 'Toolbar.Bundle' : '',
    fileAction: malware ? '' : 'downloaded_original_file',
  };
}

const CERTIFICATE_ERRORS = ['Certificate Expired', 'Self Signed Certificate', 'Common Name Mismatch'];

function policyRow(visit: Visit, request: WebRequest, random: Random): Row {
  const blocked = request.blockedFor.length > 0;
  const isolated = !blocked && visit.verdict === 'proxied' && random.chance(0.5);
  const warned = !blocked && !isolated && random.chance(0.01);
  // Chance must not rewrite the story of an incident.
  const leaked = !visit.requests && request.method === 'POST' && random.chance(0.05);
  return {
    action: blocked || leaked ? 'BLOCKED' : 'ALLOWED',
    blockedCategories: request.blockedFor.join(','),
    dlpStatus: leaked ? 'BLOCKED' : '',
    certificateErrors: visit.site.secure && random.chance(0.015) ? random.pick(CERTIFICATE_ERRORS) : '',
    isolateAction: isolated ? 'isolated' : '',
    warnStatus: warned ? 'warn-session' : '',
    warnCategories: warned ? visit.site.categories[0] : '',
    rulesetId: '15050001',
    ruleId: blocked ? '366105' : '366104',
    destinationListIds: blocked && random.chance(0.2) ? '15755711,15755712' : '',
    timeBasedRule: 'false',
    securityOverridden: 'false',
  };
}

function placeRow(visit: Visit, plan: Plan, random: Random): Row {
  return {
    forwardingMethod: visit.device.type === 'Internal Networks' ? 'IPSEC' : 'SWA',
    producer: 'swg',
    mspOrganizationId: '',
    hostname: `swg-proxy-${random.between(1, 4)}.ams1.edc.example`,
    dataCenter: 'ams1.edc',
    egress: 'Shared',
    egressIp: '203.0.113.250',
    organizationId: plan.umbrellaId,
  };
}
