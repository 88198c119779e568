import type { EventKind, Verdict } from '../../../../model/event.ts';
import type { StoredEvent } from '../../../../model/stored-event.ts';

/** IANA protocol numbers that logs name. */
const PROTOCOLS: ReadonlyMap<number, string> = new Map([
  [1, 'ICMP'],
  [2, 'IGMP'],
  [6, 'TCP'],
  [17, 'UDP'],
  [47, 'GRE'],
  [50, 'ESP'],
  [58, 'ICMPv6'],
  [132, 'SCTP'],
]);

const OUTCOMES: Readonly<Partial<Record<Verdict, string>>> = { allowed: 'Allow', blocked: 'Deny' };

/** Kinds that somebody decides about; elsewhere `allowed` only means that nobody refused it. */
const DECIDED: ReadonlySet<EventKind> = new Set(['dns', 'web', 'firewall', 'intrusion', 'ip', 'dlp', 'vpn', 'ztna']);

/** Members of `extra`, as formats name them, that have a field of their own. */
const EXTRA_FIELDS: Readonly<Record<string, string>> = {
  account_name: 'account_name',
  source_country: 'source_country',
  destination_country: 'destination_country',
  packets_sent: 'packets_sent',
  packets_received: 'packets_received',
  orig_pkts: 'packets_sent',
  resp_pkts: 'packets_received',
  'flow.pkts_toserver': 'packets_sent',
  'flow.pkts_toclient': 'packets_received',
  'alert.mitre_technique_id': 'event_attack_id',
  'fileinfo.md5': 'file_hash_md5',
  'fileinfo.sha1': 'file_hash_sha1',
  'tls.fingerprint': 'tls_fingerprint',
  'tls.subject': 'tls_subject',
  rule_label: 'plugin_rule',
  EventID: 'rep_device_rule_id',
  Computer: 'rep_device_hostname',
  Message: 'event_description',
  msg: 'event_description',
  task_status: 'event_outcome',
  Image: 'source_process',
  CommandLine: 'source_process_commandline',
  ParentImage: 'source_process_parent',
  ParentCommandLine: 'source_process_parent_commandline',
  TargetUserName: 'destination_username',
};

/** Those of the fields that are numbers; what is none is left out. */
const NUMBERS: ReadonlySet<string> = new Set(['packets_sent', 'packets_received']);

/** What happened: names, network, files, cloud (section 2.9). Absent values are left for the caller to drop. */
export function contentOf(event: StoredEvent): Record<string, unknown> {
  return { ...happenedOf(event), ...networkOf(event), ...filesOf(event), ...extraFields(event) };
}

function happenedOf(event: StoredEvent) {
  const verdict = verdictOf(event);
  return {
    event_description: descriptionOf(event),
    event_outcome: verdict,
    access_control_outcome: verdict && OUTCOMES[verdict],
    event_severity: event.severity === 0 ? undefined : String(event.severity),
    event_cve: event.cves.map((cve) => cve.toUpperCase()).join(', '),
    rep_device_rule_id: String(event.signatureId || event.ruleId || ''),
    malware_family: event.threats.map(({ label }) => label).join(', '),
    application: event.applications.map(({ id, label }) => label || String(id)).join(', '),
    device_direction: event.direction.toLowerCase(),
  };
}

function verdictOf({ kind, verdict }: StoredEvent): Verdict | undefined {
  return verdict === 'allowed' && !DECIDED.has(kind) ? undefined : verdict;
}

/** Clients take it for granted, and few logs have a text of their own. */
function descriptionOf(event: StoredEvent): string {
  const target = event.domain || event.dstIp;
  const verdict = event.verdict === 'allowed' ? undefined : event.verdict;
  const ends = `${event.source && ` from ${event.source}`}${target && ` to ${target}`}`;
  return `${event.name}${ends}${verdict === undefined ? '' : `, ${verdict.replace('_', ' ')}`}`;
}

function networkOf(event: StoredEvent) {
  const { kind, proto, domain } = event;
  return {
    transport_protocol: proto === null ? undefined : (PROTOCOLS.get(proto) ?? String(proto)),
    bytes_in: event.bytesIn,
    bytes_out: event.bytesOut,
    request_url: event.url,
    request_method: event.method,
    request_referrer: event.referer,
    request_user_agent: event.userAgent,
    response_code: event.status === null ? undefined : String(event.status),
    http_hostname: kind === 'web' ? domain : undefined,
    dns_rrname: kind === 'dns' || kind === 'dns_answer' ? domain : undefined,
    dns_rrtype: event.queryType,
    dns_rcode: event.returnCode === null ? undefined : String(event.returnCode),
    tls_sni: kind === 'tls' ? domain : undefined,
  };
}

function filesOf(event: StoredEvent) {
  return {
    file_name: event.fileName,
    file_type: event.contentType,
    file_hash: event.sha256,
    file_hash_sha256: event.sha256,
  };
}

function extraFields({ extra }: StoredEvent) {
  const fields: Record<string, string | number> = {};
  for (const [name, value] of Object.entries(extra)) {
    const field = Object.hasOwn(EXTRA_FIELDS, name) ? EXTRA_FIELDS[name] : undefined;
    if (field === undefined) continue;
    if (!NUMBERS.has(field)) fields[field] = value;
    else if (/^\d{1,15}$/.test(value)) fields[field] = Number(value);
  }
  return fields;
}

/** What else the log carries, as pairs of a label and a value. */
export function customFields({ extra }: StoredEvent): Record<string, string> {
  const others = Object.entries(extra).filter(([name]) => !Object.hasOwn(EXTRA_FIELDS, name));
  return Object.fromEntries(
    others.flatMap(([name, value], index) => [
      [`customheader_${index + 1}`, name],
      [`customfield_${index + 1}`, value],
    ]),
  );
}
