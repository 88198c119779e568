import { sqlList, sqlText } from '../../kit/sql-literals.ts';
import { CATEGORIES } from '../../model/categories.ts';

/**
 * A field of a rule in terms of table `events`. Stores keep no empty texts apart from absent ones, so '' is absent.
 */
export type Column =
  | {
      readonly type: 'text';
      readonly sql: string;
      /** Already in lower case. */
      readonly isLower?: boolean;
      /** Another reading of the field, an end of the first: `/p?q` of a URL. What ends or contains is found in the first. */
      readonly tail?: string;
    }
  | { readonly type: 'number'; readonly sql: string }
  /** `Array(String)`: true of the field is what is true of one of them. */
  | { readonly type: 'list'; readonly sql: string };

/** Which events are looked at together, in one pass. */
export type Scan = 'dns' | 'web' | 'firewall' | 'ids' | 'zeek' | 'suricata' | 'cloudtrail' | 'endpoint' | 'backup';

/** What a log source means in table `events`. */
export interface LogSourceMapping {
  readonly scan: Scan;
  /** Which events of the scan are the log source's, for a rule that uses these fields; '1' where all are. */
  condition(fields: ReadonlySet<string>): string;
  /** Where keywords are looked for. */
  readonly keywords: Column;
  /** Undefined where the log source has no such field. */
  column(field: string): Column | undefined;
}

/** Events of each scan. */
export const SCANS: Readonly<Record<Scan, string>> = {
  dns: "kind IN ('dns', 'dns_answer')",
  web: "kind = 'web'",
  firewall: "kind IN ('firewall', 'ip')",
  ids: "kind = 'intrusion'",
  zeek: "format = 'zeek'",
  suricata: "format = 'suricata-eve'",
  cloudtrail:
    "kind NOT IN ('dns', 'web', 'firewall', 'intrusion', 'ip', 'endpoint', 'backup') AND extra['eventSource'] != ''",
  endpoint: "kind = 'endpoint'",
  backup: "kind = 'backup'",
};

/** The value under a name that somebody wrote: none of the names that every object inherits. */
export function own<Value>(record: Readonly<Record<string, Value>>, name: string): Value | undefined {
  return Object.hasOwn(record, name) ? record[name] : undefined;
}

export function text(sql: string): Column {
  return { type: 'text', sql };
}

export function lowerText(sql: string): Column {
  return { type: 'text', sql, isLower: true };
}

export function number(sql: string): Column {
  return { type: 'number', sql };
}

export function list(sql: string): Column {
  return { type: 'list', sql };
}

export function extra(name: string): string {
  return `extra[${sqlText(name)}]`;
}

export const RAW: Column = text('raw');

/** Names of the addresses and ports that rules for networks use. */
export const CONNECTION: Readonly<Record<string, Column>> = {
  src_ip: lowerText('src_ip'),
  src_port: number('src_port'),
  dst_ip: lowerText('dst_ip'),
  dst_port: number('dst_port'),
};

/** In the words that firewalls have for it. */
export const ACTION: Column = list(
  `if(verdict IN ('blocked'), ['blocked', 'block', 'denied', 'deny', 'drop', 'dropped', 'reject'],
    [toString(verdict), 'allow', 'accept', 'pass', 'permit', 'forward'])`,
);
export const BLOCKED: Column = lowerText("if(verdict = 'blocked', 'true', 'false')");

export const PROTOCOL: Column = list(
  `if(proto IS NULL, emptyArrayString(), [toString(assumeNotNull(proto)),
    transform(assumeNotNull(proto), [1, 6, 17, 47, 58], ['icmp', 'tcp', 'udp', 'gre', 'icmp'], '')])`,
);

/** What the control point knows a destination as, by name: `Malware`, `Newly Seen Domains`. */
export const CATEGORY: Column = list(categoryLabels('categories'));
/** Those of them that it was blocked for. */
export const BLOCKED_CATEGORY: Column = list(
  `if(verdict = 'blocked', ${categoryLabels('policy_categories')}, emptyArrayString())`,
);

function categoryLabels(column: string): string {
  const [ids, labels] = [CATEGORIES.map(({ id }) => id), CATEGORIES.map(({ label }) => label)];
  return `arrayMap(c -> transform(c, [${ids.join(', ')}], ${sqlList(labels)}, toString(c)), ${column})`;
}
