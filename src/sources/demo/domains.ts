import { seededRandom } from '../../kit/random.ts';

interface App {
  readonly id: string;
  readonly name: string;
  readonly category: string;
}

/** A place on the Internet that people and machines go to. All names are reserved ones (RFC 2606), all addresses documentation's. */
export interface Site {
  readonly domain: string;
  readonly hosts: readonly string[];
  /** Labels of `src/model/categories.ts`. */
  readonly categories: readonly string[];
  readonly address: string;
  readonly address6: string | null;
  /** False where the site still speaks plain http. */
  readonly secure: boolean;
  readonly app: App | null;
}

type Row = readonly [domain: string, prefixes: string, categories: string, app?: string];

/** Most visited first. Prefixes and categories are separated by `|`; an application is `name|category`. */
const BENIGN: readonly Row[] = [
  ['bluebird.example', 'mail|login|calendar', 'Web-based Email|SaaS and B2B', 'Bluebird Mail|Webmail'],
  ['findit.example', 'www|suggest', 'Search Engines and Portals'],
  ['stonecloud.example', 'api|static|eu1', 'Cloud and Data Centers|Computers and Internet'],
  ['edgepost.example', 'cdn|img|js', 'Infrastructure and Content Delivery Networks'],
  [
    'papertrayoffice.example',
    'docs|sync|teams',
    'Online Document Sharing and Collaboration',
    'Papertray|Office Productivity',
  ],
  ['patchwell.example', 'updates|download', 'Software Updates|Computers and Internet'],
  ['telltale.example', 'ping|collect', 'Advertisements|Computers and Internet'],
  ['dailyledger.example', 'www|m|video', 'News'],
  ['meetroom.example', 'eu|app', 'Online Meetings|SaaS and B2B', 'Meetroom|Collaboration'],
  ['safecabinet.example', 'files|api', 'Online Storage and Backup', 'Safecabinet|Cloud Storage'],
  ['adlane.example', 'bid|pixel|serve', 'Advertisements'],
  ['friendsquare.example', 'www|graph|chat', 'Social Networking|Online Communities', 'Friendsquare|Social Networking'],
  ['clipnest.example', 'www|stream1|stream2', 'Streaming Video|Entertainment', 'Clipnest|Media'],
  ['wikibarn.example', 'en|www', 'Reference|Education'],
  ['marketbasket.example', 'www|checkout', 'Shopping|Ecommerce/Shopping'],
  ['weathervane.example', 'api|www', 'Reference|Nature'],
  ['clocktower.example', 'ntp|time', 'Computers and Internet'],
  ['hearthbank.example', 'www|business', 'Finance'],
  ['cityportal.example', 'www|forms', 'Government and Law'],
  ['tunebox.example', 'play|api', 'Streaming Audio|Entertainment', 'Tunebox|Media'],
  ['quickchat.example', 'web|push', 'Chat and Instant Messaging', 'Quickchat|Collaboration'],
  ['codeforge.example', 'www|git|packages', 'Computers and Internet|SaaS and B2B', 'Codeforge|Development'],
  ['virusdesk.example', 'sig|cloud', 'Computer Security|Software Updates'],
  ['linkstaff.example', 'www', 'Professional Networking|Job Search'],
  ['mapfold.example', 'tiles|www', 'Reference|Travel'],
  ['railaway.example', 'www|book', 'Travel|Transportation'],
  ['kitchenloft.example', 'www', 'Recipes and Food|Dining and Drinking'],
  ['scorezone.example', 'www|live', 'Sports and Recreation|Sports'],
  ['parcelpath.example', 'track|www', 'Business and Industry'],
  ['formfiller.example', 'app', 'SaaS and B2B|Business and Industry', 'Formfiller|Business Intelligence'],
  ['homegrove.example', 'www', 'Real Estate'],
  ['sunlithotels.example', 'www|book', 'Travel'],
  ['autobarn.example', 'www', 'Automotive|Transportation'],
  ['wordloom.example', 'app', 'Computers and Internet|SaaS and B2B', 'Wordloom|Generative AI'],
  ['gardenshelf.example', 'www', 'DIY Projects|Nature'],
  ['thermolink.example', 'hub|mqtt', 'Internet of Things'],
];

const BY_TRADE: Readonly<Record<'clinic' | 'school' | 'factory' | 'it', readonly Row[]>> = {
  clinic: [
    ['chartkeeper.example', 'app|hl7', 'Health and Medicine|SaaS and B2B', 'Chartkeeper|Healthcare'],
    ['labresults.example', 'portal', 'Health and Medicine'],
    ['medsupply.example', 'www|shop', 'Health and Medicine|Shopping'],
    ['claimsgate.example', 'edi|www', 'Finance|Business and Industry'],
  ],
  school: [
    ['lessonpath.example', 'app|media', 'Education|SaaS and B2B'],
    ['mathgarden.example', 'www|play', 'Education|Safe for Kids'],
    ['openlibrary-shelf.example', 'www|covers', 'Education|Reference'],
    ['pixelquest.example', 'www|cdn', 'Games|Entertainment'],
  ],
  factory: [
    ['cadvault.example', 'app|license', 'SaaS and B2B|Computers and Internet', 'Cadvault|Design'],
    ['steelprices.example', 'www', 'Business and Industry|Finance'],
    ['partsfinder.example', 'www|api', 'Business and Industry|Shopping'],
    ['machinelink.example', 'telemetry|ota', 'Internet of Things|Business and Industry'],
  ],
  it: [
    ['ticketline.example', 'app|api', 'SaaS and B2B', 'Ticketline|IT Service Management'],
    [
      'remotehands.example',
      'relay1|relay2',
      'Computers and Internet|SaaS and B2B',
      'Remotehands|IT Service Management',
    ],
    ['statuslamp.example', 'www|probe', 'Computers and Internet'],
  ],
};

/** What a usual content policy refuses. */
const UNWANTED: readonly Row[] = [
  ['luckyclover.example', 'www|play', 'Gambling'],
  ['betlantern.example', 'www|odds', 'Gambling|Sports'],
  ['jackpotgrove.example', 'www', 'Gambling|Lotteries'],
  ['heartmeadow.example', 'www|chat', 'Dating'],
  ['tunnelfox.example', 'www|get', 'Filter Avoidance|Personal VPN'],
  ['seedharvest.example', 'tracker', 'Peer File Transfer|Illegal Downloads'],
  ['velvetcurtain.example', 'www', 'Pornography|Adult'],
];

const DANGEROUS: readonly Row[] = [
  ['freecodecpack.example', 'get|dl', 'Malware'],
  ['invoice-viewer.example', 'www|files', 'Malware|Newly Seen Domains'],
  ['bluebird-verify.example', 'login', 'Phishing|Newly Seen Domains'],
  ['hearthbank-secure.example', 'www|account', 'Phishing'],
  ['palewolf.example', 'gate|c1', 'Command and Control'],
  ['coinacorn.example', 'eu.pool', 'Cryptomining'],
  ['brandnewdeal.example', 'www', 'Newly Seen Domains'],
  ['homecam-relay.example', 'a7f3', 'Dynamic DNS|Potentially Harmful'],
];

/** Neither good nor bad enough to decide by name: the resolver sends these through the proxy. */
const DOUBTFUL: readonly Row[] = [
  ['sharedropper.example', 'www|d', 'Potentially Harmful|File Transfer Services'],
  ['shortly.example', 'go', 'Potentially Harmful|URL Shorteners'],
];

const split = (text: string) => text.split('|');

function appOf(text: string | undefined, number: number): App | null {
  if (text === undefined) return null;
  const [name = '', category = ''] = split(text);
  return { id: String(520_000 + number), name, category };
}

let built = 0;

function site([domain, prefixes, categories, app]: Row): Site {
  built++;
  const number = built;
  return {
    domain,
    hosts: split(prefixes).map((prefix) => `${prefix}.${domain}`),
    categories: split(categories),
    address: siteAddress(number),
    address6: number % 3 === 0 ? `2001:db8:${number.toString(16)}::80` : null,
    secure: number % 5 !== 0,
    app: appOf(app, number),
  };
}

function siteAddress(number: number): string {
  return `${number % 2 === 0 ? '192.0.2' : '198.51.100'}.${1 + (number % 253)}`;
}

export type Trade = keyof typeof BY_TRADE;

export const UNWANTED_SITES = UNWANTED.map(site);
export const DANGEROUS_SITES = DANGEROUS.map(site);
export const DOUBTFUL_SITES = DOUBTFUL.map(site);

const BENIGN_SITES = BENIGN.map(site);
const TRADE_SITES: Readonly<Record<Trade, readonly Site[]>> = {
  clinic: BY_TRADE.clinic.map(site),
  school: BY_TRADE.school.map(site),
  factory: BY_TRADE.factory.map(site),
  it: BY_TRADE.it.map(site),
};

/** The ordinary sites of a trade, most visited first: its own tools among the first, then everybody's, then the long tail. */
export function sitesOf(trade: Trade): readonly Site[] {
  return [...BENIGN_SITES.slice(0, 3), ...TRADE_SITES[trade], ...BENIGN_SITES.slice(3), ...LONG_TAIL];
}

const FIRST = [
  'amber',
  'birch',
  'cedar',
  'dune',
  'ember',
  'fern',
  'glade',
  'hazel',
  'iris',
  'juniper',
  'kelp',
  'linden',
];
const SECOND = [
  'works',
  'house',
  'media',
  'trade',
  'point',
  'craft',
  'press',
  'yard',
  'lab',
  'store',
  'field',
  'studio',
];
const TAIL_CATEGORIES = [
  'Business and Industry',
  'Computers and Internet',
  'Shopping',
  'News',
  'Arts',
  'Fashion',
  'Society and Culture',
  'Science and Technology',
  'Personal Sites',
  'Web Hosting',
  'Education',
  'Entertainment',
  'Non-governmental Organizations',
  'Parked Domains',
  'Infrastructure and Content Delivery Networks',
  'Online Communities',
  'Travel',
  'Photo Search and Images',
];
const TAIL_SIZE = 1500;

const LONG_TAIL: readonly Site[] = (() => {
  const random = seededRandom('long tail');
  return Array.from({ length: TAIL_SIZE }, (_, index) =>
    site([tailDomain(index), random.chance(0.4) ? 'www|cdn' : 'www', random.pick(TAIL_CATEGORIES)]),
  );
})();

/** The name of one of any number of small domains, all different. */
export function tailDomain(index: number): string {
  const first = FIRST[index % FIRST.length];
  const second = SECOND[Math.floor(index / FIRST.length) % SECOND.length];
  const round = Math.floor(index / (FIRST.length * SECOND.length));
  return `${first}${second}${round === 0 ? '' : `-${round.toString(36)}`}.example`;
}

/** A site that stands in no table, for incidents. */
export function singleSite(host: string, domain: string, categories: readonly string[], address: string): Site {
  return { domain, hosts: [host], categories, address, address6: null, secure: true, app: null };
}
