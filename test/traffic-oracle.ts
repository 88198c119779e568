import type { Facet } from '../src/events/facets.ts';
import { seededRandom } from '../src/kit/random.ts';
import { CATEGORIES, categoryIdsByLabel } from '../src/model/categories.ts';
import { type EventKind, TRAFFIC_KINDS, type Verdict } from '../src/model/event.ts';
import type { EventFilter, TimeRange } from '../src/model/query.ts';
import type { TrafficSummary } from '../src/model/traffic.ts';
import type { LogRecord } from './record-harness.ts';

/** Four days around the night in which clocks in Europe skip an hour. */
export const DAYS = { start: Date.UTC(2025, 2, 28), end: Date.UTC(2025, 3, 1) };

/** One record as reports should see it, worked out in TypeScript from the record alone. */
export interface Sighting {
  readonly ms: number;
  readonly kind: EventKind;
  readonly verdict: Verdict;
  readonly srcIp: string;
  readonly natIp: string;
  readonly dstIp: string;
  readonly domain: string;
  readonly queryType: string;
  readonly bytesIn: number;
  readonly bytesOut: number;
  readonly fileType: string;
  readonly file: string;
  readonly identities: readonly { readonly label: string; readonly type: string }[];
  readonly categories: readonly string[];
  readonly policyCategories: readonly string[];
  readonly applications: readonly { readonly id: number; readonly label: string }[];
  readonly threats: readonly { readonly label: string; readonly type: string }[];
}

/** Random sightings, many of them on the very edges of hours and milliseconds. */
export function randomSightings(count: number, seed: string): Sighting[] {
  const random = seededRandom(seed);
  const take = <T>(items: readonly T[], most: number): T[] => {
    const left = [...items];
    return Array.from({ length: random.int(most + 1) }, () => left.splice(random.int(left.length), 1)).flat();
  };
  return Array.from({ length: count }, () => {
    const hour = DAYS.start + random.int(96) * 3_600_000;
    const kind = random.pick(['dns', 'dns', 'web', 'web', 'firewall', 'intrusion', 'ip', 'audit'] as const);
    const isNamed = kind === 'dns' || kind === 'web' || random.chance(0.2);
    return {
      ms: random.chance(0.2) ? hour + random.pick([-0.001, 0, 0.999, 1]) : hour + random.next() * 3_600_000,
      kind,
      verdict: random.pick(['allowed', 'allowed', 'blocked', kind === 'intrusion' ? 'detected' : 'proxied'] as const),
      srcIp: `10.0.0.${random.int(4)}`,
      natIp: random.pick(['', '203.0.113.1', '203.0.113.2']),
      dstIp: random.pick(['', '198.51.100.1', '198.51.100.2']),
      domain: isNamed ? random.pick(['', ...'abcdefgh'].map((name) => (name === '' ? '' : `${name}.example`))) : '',
      queryType: kind === 'dns' ? random.pick(['A', 'AAAA', 'MX', '']) : '',
      bytesIn: random.int(1000),
      bytesOut: random.int(100),
      fileType: kind === 'web' ? random.pick(['', 'text/html', 'image/png']) : '',
      file: kind === 'web' || random.chance(0.1) ? random.pick(['', '', 'a.bin', 'b.bin']) : '',
      identities: take(IDENTITIES, 3),
      categories: take(['Malware', 'Phishing', 'Adware', 'Our own list', 'Games'], 3),
      policyCategories: take(['Malware', 'Phishing'], 1),
      applications: take(APPLICATIONS, 2),
      threats: kind === 'dns' || kind === 'web' ? take(THREATS, 2) : [],
    };
  });
}

const IDENTITIES = [
  { label: 'desk-1', type: 'network' },
  { label: 'desk-2', type: 'roaming' },
  { label: 'desk-3', type: 'roaming' },
  { label: 'head office', type: 'site' },
];
const APPLICATIONS = [
  { id: 600, label: 'Dropbox' },
  { id: 28, label: 'Slack' },
];
const THREATS = [
  { label: 'Evil', type: 'Worm' },
  { label: 'Mirai', type: 'Botnet' },
  { label: 'Odd', type: 'Worm' },
];

export function toRecord(sighting: Sighting): LogRecord {
  const us = Math.round(sighting.ms * 1000);
  const time = `${new Date(Math.floor(us / 1000)).toISOString().replace('T', ' ').slice(0, 23)}${String(us % 1000).padStart(3, '0')}`;
  return {
    time,
    kind: sighting.kind,
    verdict: sighting.verdict,
    src_ip: sighting.srcIp,
    nat_ip: sighting.natIp,
    dst_ip: sighting.dstIp,
    domain: sighting.domain.toUpperCase(),
    query_type: sighting.queryType,
    bytes_in: sighting.bytesIn,
    bytes_out: sighting.bytesOut,
    content_type: sighting.fileType,
    file_name: sighting.file,
    identity_labels: sighting.identities.map((identity) => identity.label),
    identity_types: sighting.identities.map((identity) => identity.type),
    category_labels: sighting.categories,
    policy_category_labels: sighting.policyCategories,
    application_labels: sighting.applications.map((application) => application.label),
    application_ids: sighting.applications.map((application) => application.id),
    application_types: sighting.applications.map(() => 'Storage'),
    threats: sighting.threats.map((threat) => threat.label),
    threat_types: sighting.threats.map((threat) => threat.type),
  };
}

export interface Query {
  readonly range: TimeRange;
  readonly filter: EventFilter;
}

/** Labels of the keys that a sighting counts under. */
export function labelsOf(sighting: Sighting, facet: Facet): string[] {
  const isNetwork = sighting.kind === 'firewall' || sighting.kind === 'intrusion' || sighting.kind === 'ip';
  const present = (text: string) => (text === '' ? [] : [text]);
  const table: Record<Facet, () => string[]> = {
    all: () => [''],
    destination: () => present(isNetwork ? sighting.dstIp : sighting.domain),
    identity: () => identitiesOf(sighting).map(({ label }) => label),
    identityType: () => [...new Set(identitiesOf(sighting).map(({ type }) => type))],
    category: () => [...sighting.categories],
    policyCategory: () => [...sighting.policyCategories],
    hasPolicy: () => (sighting.policyCategories.length > 0 ? [''] : []),
    application: () => sighting.applications.map(({ label }) => label),
    queryType: () => present(sighting.queryType),
    externalIp: () => present(sighting.natIp),
    internalIp: () => present(sighting.srcIp),
    threat: () => sighting.threats.map(({ label }) => label),
    threatType: () => [...new Set(sighting.threats.map(({ type }) => type))],
    eventType: () => eventTypes(sighting),
    file: () => present(sighting.file),
    fileType: () => present(sighting.fileType),
  };
  return table[facet]();
}

export function identitiesOf(sighting: Sighting): Sighting['identities'] {
  return sighting.identities.length > 0 ? sighting.identities : [{ label: sighting.srcIp, type: 'network' }];
}

function eventTypes(sighting: Sighting): string[] {
  const security = categoryIds(sighting.categories).some(
    (id) => CATEGORIES.find((category) => category.id === id)?.type === 'security',
  );
  const types: string[] = [];
  if (security && sighting.kind === 'dns') types.push('domain_security');
  if (security && sighting.kind === 'web') types.push('url_security');
  if (sighting.verdict === 'blocked' && sighting.applications.length > 0) types.push('application');
  return types;
}

function categoryIds(labels: readonly string[]): number[] {
  const ids = categoryIdsByLabel();
  return labels.flatMap((label) => ids.get(label.toLowerCase()) ?? []);
}

/**
 * Sightings that a query is about.
 *
 * @param identityIds number of each identity by its label
 */
export function matching(
  sightings: readonly Sighting[],
  { range, filter }: Query,
  identityIds: ReadonlyMap<string, number>,
): Sighting[] {
  const meets = <T>(wanted: readonly T[] | undefined, has: readonly T[]) =>
    wanted === undefined || has.some((value) => wanted.includes(value));
  const lower = (values: readonly string[] | undefined) => values?.map((value) => value.toLowerCase());
  const kinds: readonly EventKind[] = filter.kinds ?? TRAFFIC_KINDS;
  return sightings.filter((sighting) => {
    const ms = Math.floor(Math.round(sighting.ms * 1000) / 1000);
    const identities = identitiesOf(sighting);
    return (
      ms >= range.fromMs &&
      ms <= range.toMs &&
      kinds.includes(sighting.kind) &&
      meets(filter.verdicts, [sighting.verdict]) &&
      meets(filter.categories, categoryIds(sighting.categories)) &&
      meets(filter.policyCategories, categoryIds(sighting.policyCategories)) &&
      meets(
        filter.identityIds,
        identities.map(({ label }) => identityIds.get(label) ?? -1),
      ) &&
      meets(
        lower(filter.identityTypes),
        identities.map(({ type }) => type),
      ) &&
      meets(
        filter.applicationIds,
        sighting.applications.map(({ id }) => id),
      ) &&
      meets(
        lower(filter.threats),
        sighting.threats.map(({ label }) => label.toLowerCase()),
      ) &&
      meets(filter.ips, [sighting.srcIp, sighting.natIp, sighting.dstIp]) &&
      (filter.domains?.some((pattern) => matchesName(pattern, sighting.domain)) ?? true) &&
      !(filter.withoutDomains ?? []).includes(sighting.domain)
    );
  });
}

function matchesName(pattern: string, name: string): boolean {
  const text = pattern
    .toLowerCase()
    .split('*')
    .map((part) => part.replaceAll('.', '\\.'))
    .join('.*');
  return new RegExp(`^${text}$`).test(name);
}

export function summaryOf(sightings: readonly Sighting[]): TrafficSummary {
  const distinct = (facet: Facet, among: readonly Sighting[] = sightings) =>
    new Set(among.flatMap((sighting) => labelsOf(sighting, facet))).size;
  const of = (...kinds: EventKind[]) => sightings.filter((sighting) => kinds.includes(sighting.kind));
  const allowed = sightings.filter((sighting) => sighting.verdict === 'allowed');
  const blocked = sightings.filter((sighting) => sighting.verdict === 'blocked');
  return {
    applications: distinct('application'),
    applicationsAllowed: distinct('application', allowed),
    applicationsBlocked: distinct('application', blocked),
    categories: distinct('category'),
    domains: distinct('destination', of('dns', 'web')),
    files: distinct('file', of('web')),
    fileTypes: distinct('fileType', of('web')),
    identities: distinct('identity'),
    identityTypes: distinct('identityType'),
    policyCategories: distinct('policyCategory'),
    policyRequests: sightings.filter((sighting) => sighting.policyCategories.length > 0).length,
    requests: sightings.length,
    requestsAllowed: allowed.length,
    requestsBlocked: blocked.length,
  };
}
