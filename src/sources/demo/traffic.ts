import { type Random, seededRandom } from '../../kit/random.ts';
import { DANGEROUS_SITES, DOUBTFUL_SITES, type Site, UNWANTED_SITES } from './domains.ts';
import type { LogLine } from './log-files.ts';
import type { Device, Plan } from './organizations.ts';
import { eventTimes, isQuiet, type Period } from './schedule.ts';

/** One device looks up one host and perhaps goes there. Each log tells its own part of it. */
export interface Visit {
  /** Epoch milliseconds. */
  readonly time: number;
  readonly device: Device;
  readonly site: Site;
  readonly host: string;
  readonly queryType: QueryType;
  readonly rcode: Rcode;
  readonly verdict: 'allowed' | 'blocked' | 'proxied';
  /** Categories for which it was blocked; empty otherwise. */
  readonly blockedFor: readonly string[];
  /** What it asked the web server; undefined leaves that to chance. */
  readonly requests?: readonly WebRequest[];
}

interface Download {
  readonly name: string;
  readonly sha256: string;
  /** Name of the malware that the scanners found. */
  readonly malware: string | null;
}

export interface WebRequest {
  /** Milliseconds after the visit began. */
  readonly delay: number;
  readonly method: string;
  readonly path: string;
  readonly status: number;
  readonly referer: string;
  readonly mime: string;
  readonly requestBytes: number;
  readonly responseBytes: number;
  readonly download: Download | null;
  readonly blockedFor: readonly string[];
}

type QueryType = 'A' | 'AAAA' | 'HTTPS' | 'PTR' | 'MX' | 'TXT' | 'SRV';
type Rcode = 'NOERROR' | 'NXDOMAIN' | 'SERVFAIL' | 'REFUSED';

export const QUERY_TYPE_CODES: Readonly<Record<QueryType, number>> = {
  A: 1,
  AAAA: 28,
  HTTPS: 65,
  PTR: 12,
  MX: 15,
  TXT: 16,
  SRV: 33,
};
export const RCODE_CODES: Readonly<Record<Rcode, number>> = { NOERROR: 0, NXDOMAIN: 3, SERVFAIL: 2, REFUSED: 5 };

const MACHINE_QUERIES: readonly QueryType[] = ['PTR', 'MX', 'TXT', 'SRV'];

/** `count` visits of a plan's devices in order of time. */
function* visits(plan: Plan, random: Random, period: Period, count: number): Generator<Visit> {
  const alwaysOn = plan.devices.filter((device) => device.alwaysOn);
  for (const time of eventTimes(random, period, plan.profile, count)) {
    const device = random.pick(isQuiet(plan.profile, time) ? alwaysOn : plan.devices);
    yield { time, device, ...destination(plan, device, random) };
  }
}

type Destination = Omit<Visit, 'time' | 'device'>;

function destination(plan: Plan, device: Device, random: Random): Destination {
  const dice = random.next();
  if (dice < 0.018 && !device.alwaysOn) return blocked(random.pick(UNWANTED_SITES), 1, random);
  if (dice < 0.022) return blocked(random.pick(DANGEROUS_SITES), 2, random);
  if (dice < 0.027) return { ...lookup(random.pick(DOUBTFUL_SITES), random), queryType: 'A', verdict: 'proxied' };
  if (dice < 0.06) return failed(plan, random);
  if (dice < 0.09) return { ...lookup(randomSite(plan, random), random), queryType: random.pick(MACHINE_QUERIES) };
  return lookup(random.chance(0.75) ? favourite(device, random) : randomSite(plan, random), random);
}

const favourite = (device: Device, random: Random) => device.favourites[random.zipf(device.favourites.length)] as Site;
const randomSite = (plan: Plan, random: Random) => plan.sites[random.zipf(plan.sites.length)] as Site;

function lookup(site: Site, random: Random): Destination {
  const host = site.hosts[random.zipf(site.hosts.length)] ?? site.domain;
  const queryType = random.chance(0.7) ? 'A' : random.chance(0.7) ? 'AAAA' : 'HTTPS';
  return { site, host, queryType, rcode: 'NOERROR', verdict: 'allowed', blockedFor: [] };
}

function blocked(site: Site, reasons: number, random: Random): Destination {
  return { ...lookup(site, random), queryType: 'A', verdict: 'blocked', blockedFor: site.categories.slice(0, reasons) };
}

const TYPING_ERRORS: readonly ((name: string) => string)[] = [
  (name) => name.replace('.example', 's.example'),
  (name) => `wpad.${name}`,
  (name) => name.replace('.', '-old.'),
];

function failed(plan: Plan, random: Random): Destination {
  const right = lookup(randomSite(plan, random), random);
  if (random.chance(0.2)) return { ...right, rcode: random.chance(0.7) ? 'SERVFAIL' : 'REFUSED' };
  return { ...right, host: random.pick(TYPING_ERRORS)(right.host), rcode: 'NXDOMAIN' };
}

/** The two ends of the connection that follows the lookup: IPv6 where an AAAA lookup found it and the device has it. */
export function endsOf({ device, site, queryType }: Visit): { client: string; server: string } {
  if (queryType === 'AAAA' && device.address6 !== null && site.address6 !== null) {
    return { client: device.address6, server: site.address6 };
  }
  return { client: device.address, server: site.address };
}

/** Whether a connection may follow the lookup. */
export function connects({ rcode, queryType }: Visit): boolean {
  return rcode === 'NOERROR' && (queryType === 'A' || queryType === 'AAAA' || queryType === 'HTTPS');
}

/** Both in one, in order of time. */
export function* mergedByTime<T extends { time: number }>(first: Iterable<T>, second: readonly T[]): Generator<T> {
  let next = 0;
  for (const item of first) {
    for (let other = second[next]; other && other.time < item.time; other = second[++next]) yield other;
    yield item;
  }
  yield* second.slice(next);
}

/** The log lines that a product writes about a visit. */
export type Render = (visit: Visit, random: Random) => LogLine[];

interface TrafficOptions {
  readonly plan: Plan;
  readonly seed: string;
  readonly period: Period;
  /** About how many lines the visits shall make. */
  readonly lines: number;
  /** In order of time; they happen in any case and count among the lines. */
  readonly incidents: readonly Visit[];
  readonly render: Render;
}

const SAMPLE = 500;

/** Ordinary visits and incidents in order of time, as many as make the wanted number of lines. */
export function trafficOf({ plan, seed, period, lines, incidents, render }: TrafficOptions): Iterable<Visit> {
  const random = seededRandom(`${seed}/sample`);
  const linesOf = (sample: Iterable<Visit>) => {
    let count = 0;
    for (const visit of sample) count += render(visit, random).length;
    return count;
  };
  const linesPerVisit = linesOf(visits(plan, random, period, SAMPLE)) / SAMPLE;
  const count = Math.max(0, Math.round((lines - linesOf(incidents)) / linesPerVisit));
  return mergedByTime(visits(plan, seededRandom(`${seed}/visits`), period, count), incidents);
}
