import { sqlList } from '../../kit/sql-literals.ts';
import { CATEGORIES } from '../../model/categories.ts';

// SQL for the words that Umbrella logs use.

/** Nullable(DateTime64): `YYYY-MM-DD hh:mm:ss`, with or without fraction and zone; NULL outside of 1970 to 2105. */
export function timeSql(text: string): string {
  // The parser takes `10` for the tenth of a month, so the form is looked at first.
  return `if(length(${text}) >= 19 AND substring(${text}, 5, 1) = '-' AND substring(${text}, 1, 4) BETWEEN '1970' AND '2105',
    parseDateTime64BestEffortOrNull(${text}, 6), NULL)`;
}

/** `Allowed`, `ALLOWED`, `ALLOW`; `Blocked`, `BLOCKED`, `BLOCK`; `Proxied`. */
export function verdictSql(action: string): string {
  return `multiIf(startsWith(lower(${action}), 'block'), 'blocked', startsWith(lower(${action}), 'prox'), 'proxied', 'allowed')`;
}

const VERDICT_WORDS = ['', 'allow', 'allowed', 'block', 'blocked', 'proxied'];

/** The action as logged where it is a word that `verdictSql` does not know. */
export function unknownActionSql(action: string): string {
  return `if(lower(${action}) IN (${sqlList(VERDICT_WORDS).slice(1, -1)}), '', ${action})`;
}

/** Words in malware names, and the threat type each speaks of (spec umbrella.md, section 11). */
const THREAT_WORDS: Readonly<Record<string, string>> = {
  ransom: 'Ransomware',
  miner: 'Cryptojacking',
  backdoor: 'Backdoor',
  rootkit: 'Rootkit',
  dropper: 'Dropper',
  worm: 'Worm',
  spy: 'Spyware',
  stealer: 'Information Stealer',
  adware: 'Adware',
  trojan: 'Trojan',
};

/** Exports name the malware, never its type: the type is read off the name. */
export function threatTypeSql(malware: string): string {
  const cases = Object.entries(THREAT_WORDS).map(
    ([word, type]) => `position(lower(${malware}), '${word}') > 0, '${type}'`,
  );
  return `multiIf(${cases.join(', ')}, 'Malware')`;
}

const QUERY_TYPES: Readonly<Record<string, string>> = {
  '1': 'A',
  '2': 'NS',
  '5': 'CNAME',
  '6': 'SOA',
  '12': 'PTR',
  '13': 'HINFO',
  '15': 'MX',
  '16': 'TXT',
  '24': 'SIG',
  '25': 'KEY',
  '28': 'AAAA',
  '29': 'LOC',
  '33': 'SRV',
  '35': 'NAPTR',
  '37': 'CERT',
  '39': 'DNAME',
  '41': 'OPT',
  '43': 'DS',
  '44': 'SSHFP',
  '46': 'RRSIG',
  '47': 'NSEC',
  '48': 'DNSKEY',
  '50': 'NSEC3',
  '52': 'TLSA',
  '64': 'SVCB',
  '65': 'HTTPS',
  '99': 'SPF',
  '251': 'IXFR',
  '252': 'AXFR',
  '255': 'ANY',
  '256': 'URI',
  '257': 'CAA',
};

/** `1 (A)`, a bare number or a bare name → mnemonic; a number without one is `TYPE<number>` (RFC 3597). */
export function queryTypeSql(text: string): string {
  const name = `upper(trimBoth(replaceOne(substring(${text}, position(${text}, '(') + 1), ')', '')))`;
  const unlisted = `if(isNull(toUInt16OrNull(${name})), ${name}, concat('TYPE', ${name}))`;
  return `transform(${name}, ${sqlList(Object.keys(QUERY_TYPES))}, ${sqlList(Object.values(QUERY_TYPES))}, ${unlisted})`;
}

const RETURN_CODES = [
  'NOERROR',
  'FORMERR',
  'SERVFAIL',
  'NXDOMAIN',
  'NOTIMP',
  'REFUSED',
  'YXDOMAIN',
  'YXRRSET',
  'NXRRSET',
  'NOTAUTH',
  'NOTZONE',
];

/** Nullable(UInt16): the IANA number of a response code, by name or number. */
export function returnCodeSql(text: string): string {
  const numbers = RETURN_CODES.map((_, index) => index);
  return `transform(upper(${text}), ${sqlList(RETURN_CODES)}, ${sqlList(numbers)}::Array(Nullable(UInt16)), toUInt16OrNull(${text}))`;
}

const PROTOCOLS: Readonly<Record<string, number>> = {
  ICMP: 1,
  IGMP: 2,
  TCP: 6,
  UDP: 17,
  GRE: 47,
  ESP: 50,
  AH: 51,
  'IPV6-ICMP': 58,
  ICMPV6: 58,
  SCTP: 132,
};

/** Nullable(UInt8): the IANA number of a protocol, by number or name. */
export function protocolSql(text: string): string {
  return `transform(upper(${text}), ${sqlList(Object.keys(PROTOCOLS))}, ${sqlList(Object.values(PROTOCOLS))}::Array(Nullable(UInt8)), toUInt8OrNull(${text}))`;
}

/** Array(String): labels of the categories with these numbers; numbers that stand for none are left out. */
export function categoryLabelsSql(numbers: string): string {
  const ids = CATEGORIES.map(({ id }) => id);
  const labels = CATEGORIES.map(({ label }) => label);
  return `if(empty(${numbers}), emptyArrayString(), arrayFilter(l -> l != '',
    arrayMap(n -> transform(n, ${sqlList(ids)}::Array(UInt64), ${sqlList(labels)}, ''), ${numbers})))`;
}

/** Bool: `true`, `1` or `yes`. */
export function flagSql(text: string): string {
  return `lower(${text}) IN ('true', '1', 'yes')`;
}
