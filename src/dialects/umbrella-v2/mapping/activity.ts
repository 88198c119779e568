import type { EventKind } from '../../../model/event.ts';
import type { ActivityEvent, FileDisposition } from '../../../model/traffic.ts';
import type { Clock } from '../time.ts';
import { applicationsByVerdict, toApplication, toCategory, toFirewallApplication, toIdentity } from './objects.ts';
import { toProtocol } from './protocols.ts';
import { toProxyRecord } from './proxy.ts';

/** An event as its record of section 5.1. */
export function toActivity(event: ActivityEvent, clock: Clock) {
  const record = RECORDS[event.kind];
  if (record === undefined) throw new Error(`no activity record for events of kind ${event.kind}`);
  return record(event, clock);
}

function eventTime(event: ActivityEvent, clock: Clock) {
  return clock(Math.floor(event.timeUs / 1000));
}

const RECORDS: Readonly<Partial<Record<EventKind, (event: ActivityEvent, clock: Clock) => object>>> = {
  dns: toDnsRecord,
  web: toProxyRecord,
  firewall: toFirewallRecord,
  intrusion: toIntrusionRecord,
  ip: toIpRecord,
};

function toDnsRecord(event: ActivityEvent, clock: Clock) {
  // Recorded DNS answers carry applications without a type.
  const applications = event.applications.map(toApplication).map(({ type: _, ...application }) => application);
  return {
    type: 'dns',
    domain: event.domain,
    querytype: event.queryType,
    returncode: event.returnCode ?? 0,
    verdict: event.verdict,
    ...eventTime(event, clock),
    externalip: event.natIp,
    internalip: event.srcIp,
    identities: event.identities.map(toIdentity),
    categories: event.categories.map(toCategory),
    policycategories: event.policyCategories.map(toCategory),
    threats: event.threats,
    ...applicationsByVerdict(event.verdict, applications),
    device: { id: null },
  };
}

/** Both ends of a connection. */
function ends(event: ActivityEvent) {
  return {
    sourceip: event.srcIp,
    sourceport: event.srcPort ?? 0,
    destinationip: event.dstIp,
    destinationport: event.dstPort ?? 0,
  };
}

function toFirewallRecord(event: ActivityEvent, clock: Clock) {
  const applications = event.applications.map(toFirewallApplication);
  return {
    type: 'firewall',
    ...ends(event),
    protocol: toProtocol(event.proto),
    rule: { id: event.ruleId, label: event.extra.rule_label ?? '' },
    verdict: event.verdict,
    direction: event.direction,
    packetsize: event.packetSize ?? 0,
    ...eventTime(event, clock),
    identities: event.identities.map(toIdentity),
    categories: event.categories.map(toCategory),
    allapplications: applications,
    applicationprotocols: applications,
  };
}

/** By number of SEVERITIES. */
const SEVERITIES = ['', 'HIGH', 'MEDIUM', 'LOW', 'VERY LOW'];

function toIntrusionRecord(event: ActivityEvent, clock: Clock) {
  return {
    type: 'intrusion',
    classification: event.classification,
    severity: SEVERITIES[event.severity] ?? '',
    signature: {
      generatorid: event.signatureGeneratorId,
      id: event.signatureId,
      label: event.signature,
      cves: event.cves,
    },
    signaturelist: { id: event.signatureListId },
    sessionid: event.sessionId,
    protocol: toProtocol(event.proto),
    ...ends(event),
    verdict: event.verdict,
    ...eventTime(event, clock),
    identities: event.identities.map(toIdentity),
  };
}

function toIpRecord(event: ActivityEvent, clock: Clock) {
  return {
    type: 'ip',
    ...ends(event),
    verdict: event.verdict,
    categories: event.categories.map(toCategory),
    identities: event.identities.map(toIdentity),
    ...eventTime(event, clock),
  };
}

/** The one record whose times are seconds (section 12, 23). */
export function toFileDisposition(file: FileDisposition) {
  return {
    timestamp: Math.floor(file.timeMs / 1000),
    firstseenat: Math.floor(file.firstSeenMs / 1000),
    disposition: file.disposition,
    score: file.score,
    hostname: file.host,
    malwarename: file.malware,
    sha256: file.sha256,
  };
}
