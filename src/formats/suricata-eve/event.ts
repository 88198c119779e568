/** Keys that only number or place an event on its sensor; they are kept in `extra` under their own names. */
export const CONTEXT_KEYS = [
  'flow_id',
  'in_iface',
  'pcap_cnt',
  'pcap_filename',
  'vlan',
  'tx_id',
  'ip_v',
  'pkt_src',
  'community_id',
  'host',
  'ether',
  'tunnel',
  'metadata',
  'stream',
  'icmp_type',
  'icmp_code',
  'app_proto',
  'app_proto_ts',
  'app_proto_tc',
  'app_proto_orig',
  'app_proto_expected',
  'direction',
  'verdict',
  'tcp',
  'anomaly',
  'capture_file',
  'packet_info',
] as const;

const FIELDS: Readonly<Record<string, string>> = {
  timestamp: 'String',
  event_type: 'String',
  src_ip: 'String',
  src_port: 'Nullable(UInt16)',
  dest_ip: 'String',
  dest_port: 'Nullable(UInt16)',
  proto: 'String',
  alert: `Tuple(action String, gid UInt32, signature_id UInt64, rev String, signature String, category String,
    severity UInt32, metadata Tuple(cve String, malware_family String, mitre_technique_id String,
    mitre_tactic_id String, signature_severity String, attack_target String))`,
  // Version 1 and 2 name the question in the object itself, 3 in queries; alerts of version 2 in query and answer.
  dns: `Tuple(version String, type String, id String, flags String, rcode String, rrname String, rrtype String,
    ttl String, rdata String, tx_id String, answers String, grouped String, authorities String,
    queries Array(Tuple(rrname String, rrtype String)), query Array(Tuple(rrname String, rrtype String)),
    answer Tuple(rrname String, rrtype String, rcode String))`,
  http: `Tuple(hostname String, http_port Nullable(UInt16), url String, http_user_agent String, http_content_type String,
    http_refer String, http_method String, protocol String, version String, status Nullable(UInt16),
    length Nullable(UInt64), redirect String, xff String)`,
  tls: `Tuple(subject String, issuerdn String, serial String, fingerprint String, sni String, version String,
    notbefore String, notafter String, session_resumed String, ja3 Tuple(hash String), ja3s Tuple(hash String),
    ja4 String)`,
  flow: `Tuple(src_ip String, dest_ip String, pkts_toserver String, pkts_toclient String,
    bytes_toserver Nullable(UInt64), bytes_toclient Nullable(UInt64), start String, end String, age String,
    state String, reason String, action String, alerted String)`,
  netflow: 'Tuple(pkts String, bytes Nullable(UInt64), start String, end String, age String)',
  drop: 'Tuple(len Nullable(UInt64), reason String)',
  fileinfo: `Tuple(filename String, magic String, state String, md5 String, sha1 String, sha256 String, stored String,
    size Nullable(UInt64))`,
  files: 'Array(Tuple(filename String, sha256 String))',
  ...Object.fromEntries(CONTEXT_KEYS.map((key) => [key, 'String'])),
};

/** ClickHouse type of an event as far as the mapping knows it: one parse of the record fills it. */
export const EVENT_TYPE = `Tuple(${Object.entries(FIELDS)
  .map(([name, type]) => `${name} ${type}`)
  .join(', ')})`;

/** Keys that would only repeat bulk which `raw` holds already. */
const BULK_KEYS = ['payload', 'payload_printable', 'packet', 'stats'];

/** Top-level keys that the mapping deals with; all others are kept in `extra`. */
export const KNOWN_KEYS: readonly string[] = [...Object.keys(FIELDS), ...BULK_KEYS];
