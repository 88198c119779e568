import { isIP } from 'node:net';
import { synonymousCategoryIds } from '../../model/categories.ts';
import { badInput } from '../../model/errors.ts';
import { type EventKind, VERDICTS, type Verdict } from '../../model/event.ts';
import { identityTypesBySpelling } from '../../model/identity-types.ts';
import { type EventFilter, EXISTS_ATTRIBUTES } from '../../model/query.ts';
import { listItems } from '../kit/raw-query.ts';

/** Traffic as the vendor calls it, and as we do. */
export const TRAFFIC_WORDS = {
  dns: 'dns',
  proxy: 'web',
  firewall: 'firewall',
  intrusion: 'intrusion',
  ip: 'ip',
} as const satisfies Record<string, EventKind>;

export type TrafficWord = keyof typeof TRAFFIC_WORDS;

/** Reads a parameter's value; `where` is its name as documented. */
type Read<T> = (texts: readonly string[], where: string) => T;

interface Parameter {
  readonly name: string;
  /** May come as a header of that name too. */
  readonly header?: true;
  readonly about: string;
  /** How it enters the filter; absent where it does not. */
  readonly filter?: (texts: readonly string[]) => EventFilter;
}

const integerList =
  (largest: number): Read<number[]> =>
  (texts, where) =>
    listItems(texts).map((item) => {
      const value = Number(item);
      if (/^\d+$/.test(item) && value <= largest) return value;
      throw badInput(where, item, `invalid value for ${where}: not a number from 0 to ${largest}`);
    });

const ids = integerList(Number.MAX_SAFE_INTEGER);
const ports = integerList(65_535);
const categoryNumbers = integerList(2 ** 32 - 1);
const categoryIds: Read<number[]> = (texts, where) => [
  ...new Set(categoryNumbers(texts, where).flatMap(synonymousCategoryIds)),
];
const names: Read<string[]> = (texts) => listItems(texts);

/** One value that may hold commas. */
const text: Read<string[]> = (texts) => texts.map((value) => value.trim());

const addresses: Read<string[]> = (texts, where) =>
  listItems(texts).map((item) => {
    if (isIP(item) === 0) throw badInput(where, item, `invalid value for ${where}: not an IP address`);
    return item.toLowerCase();
  });

const oneOf =
  <Word extends string>(words: readonly Word[]): Read<Word[]> =>
  (texts, where) =>
    listItems(texts).map((item) => {
      const word = words.find((candidate) => candidate === item.toLowerCase());
      if (word === undefined) {
        throw badInput(where, item, `invalid value for ${where}: must be one of ${words.join(', ')}`);
      }
      return word;
    });

const FLAGS: ReadonlyMap<string, boolean> = new Map([
  ['true', true],
  ['1', true],
  ['false', false],
  ['0', false],
]);

const flag: Read<boolean> = (texts, where) => {
  const given = texts.at(-1) ?? '';
  const value = FLAGS.get(given.trim().toLowerCase());
  if (value === undefined) throw badInput(where, given, `invalid value for ${where}: must be true or false`);
  return value;
};

const verdicts = oneOf(Object.keys(VERDICTS) as Verdict[]);
const actions = oneOf<Verdict>(['would_block', 'blocked', 'detected']);

const SPELLINGS = identityTypesBySpelling();
/** An unknown type is no fault: it matches nothing. */
export const identityTypes: Read<string[]> = (texts) =>
  listItems(texts).map((item) => SPELLINGS.get(item.toLowerCase()) ?? item);

const signatures: Read<{ id: number; generatorId: number }[]> = (texts, where) =>
  listItems(texts).map((item) => {
    const [, id, generatorId] = /^(\d{1,15})-(\d{1,9})$/.exec(item) ?? [];
    if (id === undefined)
      throw badInput(where, item, `invalid value for ${where}: must be <signatureid>-<generatorid>`);
    return { id: Number(id), generatorId: Number(generatorId) };
  });

/** A parameter that restricts one member of the filter. */
function restricts<Member extends keyof EventFilter>(
  name: string,
  member: Member,
  read: Read<NonNullable<EventFilter[Member]>>,
  about: string,
) {
  return { name, about, filter: (texts: readonly string[]): EventFilter => ({ [member]: read(texts, name) }) };
}

/** Every parameter of section 3.3 under the code that the route table uses. */
const TABLE = {
  F: { name: 'from', about: 'Start: epoch milliseconds, `now`, an offset such as `-1days`, or ISO 8601. Inclusive.' },
  T: { name: 'to', about: 'End, spelt as `from`. Inclusive.' },
  L: { name: 'limit', about: 'Most records to answer, 1 to 5000; 100 when absent.' },
  O: { name: 'offset', about: 'Records to skip.' },
  OR: { name: 'order', about: '`asc` or `desc` (default).' },
  TZ: { name: 'timezone', about: 'IANA time zone of `date`, `time` and daily buckets; UTC when absent.' },
  CU: {
    name: 'cursor',
    about: '`*` begins a walk without gaps or repeats; then the `meta.cursor` of the page before.',
  },
  D: restricts('domains', 'domains', names, 'Domains; `*` matches any run of characters.'),
  U: restricts('urls', 'urls', names, 'Beginnings of URLs; the scheme does not count.'),
  C: restricts('categories', 'categories', categoryIds, 'Category ids.'),
  PC: restricts('policycategories', 'policyCategories', categoryIds, 'Ids of categories that made the policy act.'),
  I: restricts('ip', 'ips', addresses, 'Internal, external, source or destination address.'),
  PO: restricts('ports', 'ports', ports, 'Source or destination ports.'),
  ID: restricts('identityids', 'identityIds', ids, 'Identity ids.'),
  IT: restricts('identitytypes', 'identityTypes', identityTypes, 'Identity type names.'),
  A: restricts('applicationid', 'applicationIds', ids, 'Application id.'),
  V: restricts('verdict', 'verdicts', verdicts, '`allowed`, `blocked`, `proxied`.'),
  R: restricts('ruleid', 'ruleIds', ids, 'Policy rule id.'),
  FN: restricts('filename', 'fileNames', text, 'File name; `*` matches any run of characters.'),
  SH: restricts('sha256', 'sha256', names, 'SHA-256 of a file.'),
  SO: restricts('securityoverridden', 'securityOverridden', flag, 'Whether security was overridden.'),
  B: restricts('bundleid', 'bundleIds', ids, 'Proxy bundle id.'),
  TH: restricts('threats', 'threats', names, 'Threat names.'),
  TT: restricts('threattypes', 'threatTypes', names, 'Threat types.'),
  AD: restricts(
    'ampdisposition',
    'ampDispositions',
    oneOf(['clean', 'malicious', 'unknown']),
    '`clean`, `malicious`, `unknown`.',
  ),
  AV: restricts('antivirusthreats', 'antivirusThreats', names, 'Names of threats the antivirus found.'),
  TC: restricts('tenantcontrols', 'tenantControls', flag, 'Whether tenant controls applied.'),
  IS: restricts('isolatedstate', 'isolatedStates', oneOf(['isolated', 'not-isolated']), '`isolated`, `not-isolated`.'),
  IF: restricts(
    'isolatedFileAction',
    'isolatedFileActions',
    oneOf(['viewed', 'downloaded-original-file', 'downloaded-safe-pdf']),
    '`viewed`, `downloaded-original-file`, `downloaded-safe-pdf`.',
  ),
  DL: restricts('datalosspreventionstate', 'dataLossStates', oneOf(['blocked']), '`blocked`.'),
  HE: restricts('httperrors', 'httpErrors', oneOf(['certificateerror', 'tlserror']), '`certificateerror`, `tlserror`.'),
  N: { name: 'filternoisydomains', about: '`true` leaves out the domains this server calls noise.' },
  EX: restricts('exists', 'exists', oneOf(EXISTS_ATTRIBUTES), 'Attributes that must be present.'),
  SG: restricts('signatures', 'signatures', signatures, '`<signatureid>-<generatorid>`.'),
  SL: restricts('signaturelistids', 'signatureLists', ids, 'Signature list ids.'),
  IA: restricts('intrusionaction', 'verdicts', actions, '`would_block`, `blocked`, `detected`.'),
  SE: { name: 'search', about: 'Part of the label.' },
  AN: { name: 'application', about: 'Part of the name.' },
  OF: { name: 'outputFormat', about: '`json` (default) or `csv`.' },
  TR: { name: 'timerange', header: true, about: 'Length of a bucket: `minute`, `hour` (default) or `day`.' },
  XT: {
    name: 'x-traffic-type',
    header: true,
    about: 'Kinds of traffic: `dns`, `proxy`, `firewall`, `ip`; `all` (default).',
  },
} as const satisfies Record<string, Parameter>;

export type ParameterCode = keyof typeof TABLE;

export const PARAMETERS: Readonly<Record<ParameterCode, Parameter>> = TABLE;

/** For parameters that do not restrict the filter. */
export const readFlag = flag;
export const readStep = oneOf(['minute', 'hour', 'day']);
export const readOrder = oneOf(['asc', 'desc']);
export const readOutputFormat = oneOf(['json', 'csv']);
export const readTraffic = oneOf([...(Object.keys(TRAFFIC_WORDS) as TrafficWord[]), 'all']);
