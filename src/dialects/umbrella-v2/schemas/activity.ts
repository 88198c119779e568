import { z } from 'zod';
import {
  application,
  category,
  firewallApplication,
  identity,
  integer,
  integerOrNull,
  number,
  protocol,
  text,
  threat,
  verdict,
  wireTime,
} from './objects.ts';
import { named } from './registry.ts';

// Section 5.1.

const applications = {
  allapplications: z.array(application),
  allowedapplications: z.array(application),
  blockedapplications: z.array(application),
};

export const activityDns = named(
  'ActivityDns',
  z.object({
    type: z.literal('dns'),
    domain: text,
    querytype: text,
    returncode: integer.describe('IANA RCODE'),
    verdict,
    ...wireTime,
    externalip: text,
    internalip: text,
    identities: z.array(identity),
    categories: z.array(category),
    policycategories: z.array(category),
    threats: z.array(threat),
    ...applications,
    device: z.object({ id: text.nullable() }),
  }),
);

const httpError = z.object({ type: text, code: integer, reason: text, attributes: z.object({}) });

const policy = z.object({
  ruleid: integerOrNull,
  rulesetid: integerOrNull,
  destinationlistids: z.array(integer),
  timebasedrule: z.boolean(),
});

export const activityProxy = named(
  'ActivityProxy',
  z.object({
    type: z.literal('proxy'),
    url: text,
    verdict,
    statuscode: integer,
    requestmethod: text,
    port: integerOrNull,
    ...wireTime,
    externalip: text,
    internalip: text,
    destinationip: text,
    requestsize: integer.describe('Bytes'),
    responsesize: integer.describe('Bytes'),
    useragent: text,
    referer: text,
    contenttype: text,
    forwardingmethod: text,
    responsefilename: text,
    blockedfiletype: text,
    sha256: text,
    warnstatus: text,
    securityoverridden: z.boolean(),
    tenantcontrols: z.boolean(),
    bundleid: integer,
    amp: z.object({ disposition: text, score: number, malware: text }),
    antivirusthreats: z.object({ puas: z.array(text), viruses: z.array(text), others: z.array(text) }),
    policy,
    isolated: z.object({ state: text, fileaction: text }),
    datalossprevention: z.object({ state: text }),
    egress: z.object({ ip: text, type: text }),
    datacenter: z.object({ id: text, label: text }),
    httperrors: z.array(httpError),
    threats: z.array(threat),
    identities: z.array(identity),
    categories: z.array(category),
    policycategories: z.array(category),
    ...applications,
  }),
);

const ends = { sourceip: text, sourceport: integer, destinationip: text, destinationport: integer };

export const activityFirewall = named(
  'ActivityFirewall',
  z.object({
    type: z.literal('firewall'),
    ...ends,
    protocol,
    rule: z.object({ id: integer, label: text }),
    verdict,
    direction: text,
    packetsize: integer,
    ...wireTime,
    identities: z.array(identity),
    categories: z.array(category),
    allapplications: z.array(firewallApplication),
    applicationprotocols: z.array(firewallApplication),
  }),
);

export const activityIntrusion = named(
  'ActivityIntrusion',
  z.object({
    type: z.literal('intrusion'),
    classification: text,
    severity: z.enum(['HIGH', 'MEDIUM', 'LOW', 'VERY LOW', '']).describe('Empty where the log names none'),
    signature: z.object({ generatorid: integer, id: integer, label: text, cves: z.array(text) }),
    signaturelist: z.object({ id: integer }),
    sessionid: integer,
    protocol,
    ...ends,
    verdict,
    ...wireTime,
    identities: z.array(identity),
  }),
);

export const activityIp = named(
  'ActivityIp',
  z.object({
    type: z.literal('ip'),
    ...ends,
    verdict,
    categories: z.array(category),
    identities: z.array(identity),
    ...wireTime,
  }),
);

export const activityAmpRetro = named(
  'ActivityAmpRetro',
  z.object({
    timestamp: integer.describe('Seconds since 1970'),
    firstseenat: integer.describe('Seconds since 1970'),
    disposition: text,
    score: integer,
    hostname: text,
    malwarename: text,
    sha256: text,
  }),
);

/** The kinds of `/activity`, told apart by `type`. */
export const activity = z.union([activityDns, activityProxy, activityFirewall, activityIntrusion, activityIp]);
