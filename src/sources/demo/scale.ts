import { DAY_MS } from '../../kit/durations.ts';
import { type Random, seededRandom } from '../../kit/random.ts';
import { tailDomain } from './domains.ts';
import { openLineFile } from './log-files.ts';
import { eventTimes, OFFICE } from './schedule.ts';

export interface ScaleOptions {
  /** File to write; gzip'd where it ends in `.gz`. */
  readonly path: string;
  readonly seed: number;
  readonly end: Date;
  readonly days: number;
  /** Exact number of lines. */
  readonly events: number;
  /** How many different domains there are; each occurs at least once when there are as many events. */
  readonly domains: number;
}

/** Umbrella DNS lines of one organization in order of time, for measurements: little memory, several 100,000 lines a second. */
export async function writeScaleDns(options: ScaleOptions): Promise<void> {
  await writeScale(options, dnsCsv());
}

/** EVE lines (dns, http, tls, flow, alert) in order of time, for measurements. */
export async function writeScaleEve(options: ScaleOptions): Promise<void> {
  await writeScale(options, eveJson());
}

type ScaleLine = (time: number, domain: number, random: Random) => string;

async function writeScale({ path, seed, end, days, events, domains }: ScaleOptions, line: ScaleLine): Promise<void> {
  if (!(days > 0 && events >= 0 && domains > 0))
    throw new RangeError('scale: days, events and domains must be positive');
  const random = seededRandom(`${seed}/scale`);
  const period = { start: end.getTime() - days * DAY_MS, end: end.getTime() };
  // Now and then the next domain in turn instead of a popular one, so that all of them occur.
  const stride = Math.max(1, Math.floor(events / domains));
  const file = await openLineFile(path);
  try {
    let index = 0;
    for (const time of eventTimes(random, period, OFFICE, events)) {
      const domain = index % stride === 0 ? (index / stride) % domains : random.zipf(domains);
      if (!file.append(line(time, domain, random))) await file.drained();
      index++;
    }
  } finally {
    await file.close();
  }
}

const DEVICES = Array.from({ length: 400 }, (_, index) => ({
  name: `LAPTOP-${String(index + 1).padStart(3, '0')}`,
  address: `10.50.${index >> 8}.${index & 255}`,
  site: `Branch ${1 + (index % 12)}`,
}));

/** Category lists, blocked ones last. */
const CATEGORIES = [
  'Business and Industry',
  'Computers and Internet',
  'SaaS and B2B,Computers and Internet',
  'News',
  'Advertisements',
  'Infrastructure and Content Delivery Networks',
  'Shopping',
  'Streaming Video,Entertainment',
  'Education',
  'Finance',
  'Software Updates',
  'Social Networking',
  'Search Engines and Portals',
  'Travel',
];
const BLOCKED = ['Gambling', 'Malware', 'Phishing,Newly Seen Domains', 'Command and Control', 'Cryptomining'];

function dnsCsv(): ScaleLine {
  const clock = secondClock((iso) => iso.slice(0, 19).replace('T', ' '));
  const identities = DEVICES.map(
    ({ name, address, site }) => `","${name}","${name},${site}","${address}","203.0.113.50","`,
  );
  const queries = ['1 (A)', '1 (A)', '1 (A)', '28 (AAAA)', '65 (HTTPS)'].map((type) => `","${type}","`);
  return (time, domain, random) => {
    // A domain is what it is: its number decides its category and whether it is blocked.
    const blocked = domain % 61 === 60 ? BLOCKED[domain % BLOCKED.length] : undefined;
    const categories = blocked ?? CATEGORIES[domain % CATEGORIES.length];
    const rcode = random.chance(0.03) ? 'NXDOMAIN' : 'NOERROR';
    return (
      `"${clock(time)}${random.pick(identities)}${blocked ? 'Blocked' : 'Allowed'}${random.pick(queries)}${rcode}","` +
      `${hostOf(domain)}.","${categories}","Roaming Computers","Roaming Computers,Sites","${blocked ?? ''}","506165","","8230099"\n`
    );
  };
}

function eveJson(): ScaleLine {
  const clock = secondClock((iso) => iso.slice(0, 20));
  const fraction = (time: number, random: Random) => String((time % 1000) * 1000 + random.int(1000)).padStart(6, '0');
  return (time, domain, random) => {
    const device = random.pick(DEVICES);
    const [type, port, proto, own] = ownPart(hostOf(domain), clock(time), random);
    const server = `${domain % 2 === 0 ? '192.0.2' : '198.51.100'}.${1 + (domain % 254)}`;
    return (
      `{"timestamp":"${clock(time)}${fraction(time, random)}+0000","flow_id":${1_000_000_000 + random.int(1_000_000_000)}${100_000 + random.int(900_000)},` +
      `"in_iface":"ens5","event_type":"${type}","src_ip":"${device.address}","src_port":${random.between(49_152, 65_535)},` +
      `"dest_ip":"${server}","dest_port":${port},"proto":"${proto}",${own}}\n`
    );
  };
}

/** Event type, port, protocol and own keys: 60 in 100 dns, 15 flow, 13 tls, 11 http, 1 alert. */
function ownPart(host: string, second: string, random: Random): [string, number, string, string] {
  const dice = random.int(100);
  if (dice < 60) {
    const rrtype = random.chance(0.75) ? 'A' : 'AAAA';
    return [
      'dns',
      53,
      'UDP',
      `"dns":{"version":3,"type":"request","tx_id":0,"id":${random.int(65_536)},"opcode":0,"queries":[{"rrname":"${host}","rrtype":"${rrtype}"}]}`,
    ];
  }
  if (dice < 75) {
    const bytes = random.between(500, 900_000);
    return [
      'flow',
      443,
      'TCP',
      `"app_proto":"tls","flow":{"pkts_toserver":12,"pkts_toclient":${Math.ceil(bytes / 1300)},"bytes_toserver":1800,"bytes_toclient":${bytes},"start":"${second}000000+0000","end":"${second}000000+0000","age":0,"state":"closed","reason":"timeout","alerted":false}`,
    ];
  }
  if (dice < 88) return ['tls', 443, 'TCP', `"tls":{"sni":"${host}","version":"TLS 1.3"}`];
  if (dice < 99) {
    return [
      'http',
      80,
      'TCP',
      `"tx_id":0,"http":{"hostname":"${host}","url":"/item/${random.int(5_000)}","http_user_agent":"Mozilla/5.0","http_content_type":"text/html","http_method":"GET","protocol":"HTTP/1.1","status":200,"length":${random.between(200, 90_000)}}`,
    ];
  }
  return [
    'alert',
    80,
    'TCP',
    `"alert":{"action":"${random.chance(0.3) ? 'blocked' : 'allowed'}","gid":1,"signature_id":${1_000_101 + random.int(4)},"rev":2,"signature":"POLICY Outdated client","category":"Potentially Bad Traffic","severity":${random.between(1, 3)}}`,
  ];
}

const hostOf = (domain: number) => `www.${tailDomain(domain)}`;

/** Formats only when the second changes: dates are the dearest part of a line. */
function secondClock(format: (iso: string) => string): (time: number) => string {
  let second = Number.NaN;
  let text = '';
  return (time) => {
    const current = Math.floor(time / 1000);
    if (current !== second) {
      second = current;
      text = format(new Date(current * 1000).toISOString());
    }
    return text;
  };
}
