import { posix } from 'node:path';

/** Logs of Zeek and its usual packages. A file of one of these names may be Zeek's. */
const KNOWN_LOGS: ReadonlySet<string> = new Set(
  `analyzer analyzer_debug audit broker capture_loss cluster config conn conn_long dce_rpc dhcp dnp3 dns dpd files ftp
  generic_dns_tunnels http intel ipsec irc kerberos known_certs known_devices known_hosts known_modbus known_services ldap
  ldap_search loaded_scripts modbus modbus_register_change mqtt_connect mqtt_publish mqtt_subscribe mysql netcontrol
  netcontrol_drop netcontrol_shunt notice notice_alarm ntlm ntp ocsp open_connections openflow packet_filter pe postgresql
  print prof quic radius rdp redis reporter rfb signatures sip smb_cmd smb_files smb_mapping smtp smtp_entities snmp
  socks software ssh ssl stats stderr stdout syslog telemetry traceroute tunnel unknown_protocols websocket weird
  weird_stats wireguard x509`.split(/\s+/),
);

/**
 * The log that a file name tells: `dns.log`, `2024-04-12/dns.00:00:00-01:00:00.log.gz`, `dns_20240412_00:00:00.log`,
 * `dns.json.gz`.
 */
export function logOfPath(path: string): string | undefined {
  const stem = posix.basename(path.replaceAll('\\', '/')).split('.')[0]?.toLowerCase() ?? '';
  const name = stem.replace(/[_-]\d.*$/, '');
  return KNOWN_LOGS.has(name) ? name : undefined;
}

/** Names that may follow the slash of `--format zeek/…`; sites have logs of their own. */
export function isLogName(name: string): boolean {
  return /^[a-z][a-z0-9_-]*$/i.test(name);
}
