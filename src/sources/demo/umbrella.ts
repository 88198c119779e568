import { type Random, seededRandom } from '../../kit/random.ts';
import { type Layout, type LogEntry, type LogLine, writeLogs } from './log-files.ts';
import { identitiesOf, type Plan } from './organizations.ts';
import { type Period, weekOf } from './schedule.ts';
import { connects, endsOf, QUERY_TYPE_CODES, type Visit } from './traffic.ts';
import { csvLine, umbrellaTime } from './umbrella-csv.ts';
import { auditEntries, intrusionEntries, ipEntries } from './umbrella-events.ts';
import { proxyLines } from './umbrella-proxy.ts';

/** Shares of an organization's events that do not come from visits. */
const INTRUSION_SHARE = 0.008;
const IP_SHARE = 0.004;

interface UmbrellaOptions {
  /** The organization's folder. */
  readonly folder: string;
  readonly seed: string;
  readonly period: Period;
  readonly plan: Plan;
  /** About how many lines the plan gets in all; decides how much of the rare kinds there is. */
  readonly events: number;
  readonly gzip: boolean;
  /** Everything an Umbrella SIG customer has, or name resolution alone. */
  readonly packageName: 'sig' | 'dns';
}

/** Writes an organization's Umbrella export (spec log-formats.md, section 1; schema version 12). */
export async function writeUmbrella(visits: Iterable<Visit>, options: UmbrellaOptions): Promise<string[]> {
  const { plan, period, seed, events } = options;
  const layout = exportLayout(options);
  const random = seededRandom(`${seed}/umbrella`);
  const render = options.packageName === 'sig' ? sigLines : dnsLines;
  const paths = await writeLogs(
    entriesOf(visits, (visit) => render(visit, plan, period, random)),
    layout,
  );
  if (options.packageName === 'dns') return paths;
  const rare = [
    intrusionEntries(plan, seededRandom(`${seed}/intrusion`), period, Math.ceil(events * INTRUSION_SHARE)),
    ipEntries(plan, seededRandom(`${seed}/ip`), period, Math.ceil(events * IP_SHARE)),
    auditEntries(plan, seededRandom(`${seed}/audit`), period),
  ];
  for (const entries of rare) paths.push(...(await writeLogs(entries, layout)));
  return paths;
}

/** Lines of one visit in every folder, for `packageName: 'sig'`. */
export function sigLines(visit: Visit, plan: Plan, period: Period, random: Random): LogLine[] {
  const lines = dnsLines(visit, plan, period, random);
  if (!connects(visit)) return lines;
  const passed = visit.verdict !== 'blocked';
  if (visit.requests || visit.verdict === 'proxied' || random.chance(passed ? 0.3 : 0.15)) {
    lines.push(...proxyLines(visit, plan, period, random));
  }
  if (passed && random.chance(0.22)) lines.push(firewallLine(visit, plan, period, random));
  return lines;
}

/** Lines of one visit in the DNS folder. */
export function dnsLines(visit: Visit, plan: Plan, period: Period, random: Random): LogLine[] {
  const lines = [dnsLine(visit, plan, random)];
  // A dual-stack device asks for both addresses at once.
  if (visit.queryType === 'A' && visit.verdict === 'allowed' && random.chance(0.12)) {
    lines.push(dnsLine({ ...visit, time: Math.min(visit.time + 4, period.end - 1), queryType: 'AAAA' }, plan, random));
  }
  return lines;
}

function* entriesOf(visits: Iterable<Visit>, render: (visit: Visit) => LogLine[]): Generator<LogEntry> {
  for (const visit of visits) yield { time: visit.time, lines: render(visit) };
}

function dnsLine(visit: Visit, plan: Plan, random: Random): LogLine {
  const { device, site, queryType, verdict } = visit;
  const { labels, types } = identitiesOf(device);
  const text = csvLine([
    umbrellaTime(visit.time),
    labels[0],
    labels.join(','),
    device.address6 && random.chance(0.1) ? device.address6 : device.address,
    device.office.externalAddress,
    verdict === 'blocked' ? 'Blocked' : verdict === 'proxied' ? 'Proxied' : 'Allowed',
    `${QUERY_TYPE_CODES[queryType]} (${queryType})`,
    visit.rcode,
    `${visit.host}.`,
    visit.rcode === 'NXDOMAIN' ? '' : site.categories.join(','),
    types[0],
    types.join(','),
    visit.blockedFor.join(','),
    verdict === 'blocked' ? '506166' : '506165',
    visit.rcode === 'NOERROR' && random.chance(0.1) ? random.pick(['US', 'DE', 'GB', 'NL']) : '',
    plan.umbrellaId,
  ]);
  return { log: 'dnslogs', text };
}

function firewallLine(visit: Visit, plan: Plan, period: Period, random: Random): LogLine {
  const { device, site } = visit;
  const { client, server } = endsOf(visit);
  const start = Math.floor(visit.time / 1000);
  const end = Math.min(start + random.between(1, 240), Math.floor((period.end - 1) / 1000));
  const [sent, received] = [random.between(4, 90), random.between(4, 400)];
  const odd = random.next();
  const port = odd < 0.05 ? '123' : odd < 0.1 ? '22' : site.secure ? '443' : '80';
  const refused = port === '22' && random.chance(0.5);
  const udp = port === '123' || (port === '443' && random.chance(0.2));
  const text = csvLine([
    umbrellaTime(visit.time),
    `[${211_039_840 + Number(device.office.externalAddress.split('.')[3])}]`,
    device.office.tunnel,
    'Network Tunnels',
    'OUTBOUND',
    udp ? '17' : '6',
    String(random.between(52, 1_500)),
    client,
    String(random.between(49_152, 65_535)),
    server,
    port,
    'ams1.edc',
    refused ? '12' : '7',
    refused ? 'BLOCK' : 'ALLOW',
    visit.host,
    '',
    String(start),
    String(end),
    String(sent),
    String(refused ? 0 : received),
    String(sent * random.between(60, 400)),
    String(refused ? 0 : received * random.between(200, 1_400)),
    `${random.between(10, 99)}-${random.between(10, 99)}`,
    random.pick(['US', 'DE', 'GB', 'NL', '']),
    site.app?.id ?? '',
    '',
    '',
    'false',
    '',
    '[]',
    'RSVP',
    '',
    '',
    plan.umbrellaId,
    '203.0.113.250',
    'Shared',
  ]);
  return { log: 'firewalllogs', text };
}

function exportLayout({ folder, period, gzip, seed }: UmbrellaOptions): Layout {
  return {
    folder,
    spanOf: (time) => weekOf(time, period),
    path: (log, span) => {
      // `YYYY-MM-DD-hh-mm-xxxx`: begin of the batch and four characters that keep names apart (section 1.1).
      const begin = new Date(Math.max(span, period.start)).toISOString();
      const [day, time] = [begin.slice(0, 10), begin.slice(11, 16).replace(':', '-')];
      const suffix = seededRandom(`${seed}/${log}/${day}`).hex(4);
      return `${log}/${day}/${day}-${time}-${suffix}.csv${gzip ? '.gz' : ''}`;
    },
  };
}
