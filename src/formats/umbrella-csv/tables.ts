import type { EventKind } from '../../model/event.ts';

/** One folder of the export: the columns in order, all schema versions in one list (spec log-formats.md, sections 1.1 to 1.7). */
export interface Table {
  /** Folder name; also the variant and the record type. */
  readonly name: string;
  /** Further spellings of the folder. */
  readonly aliases: readonly string[];
  readonly kind: EventKind;
  /** Columns of the oldest version. A row with fewer is damaged. */
  readonly least: number;
  readonly columns: readonly string[];
  /** Columns that are understood where a header or a key names them, and have no certain place without. */
  readonly namedOnly: readonly string[];
  /** Other names of columns in headers and keys. */
  readonly synonyms: Readonly<Record<string, string>>;
}

function table(
  name: string,
  kind: EventKind,
  least: number,
  columns: string,
  more: Partial<Pick<Table, 'aliases' | 'namedOnly' | 'synonyms'>> = {},
): Table {
  return { name, kind, least, columns: columns.trim().split(/\s+/), aliases: [], namedOnly: [], synonyms: {}, ...more };
}

const DNS = table(
  'dnslogs',
  'dns',
  10,
  `timestamp policy_identity identities internal_ip external_ip action query_type response_code domain categories
  policy_identity_type identity_types blocked_categories rule_id destination_countries organization_id`,
  {
    synonyms: {
      most_granular_identity: 'policy_identity',
      most_granular_identity_type: 'policy_identity_type',
      record_type: 'query_type',
    },
  },
);

const PROXY = table(
  'proxylogs',
  'web',
  22,
  `timestamp policy_identity internal_ip external_ip destination_ip content_type action url referer user_agent status_code
  request_size response_size response_body_size sha256 categories av_detections puas amp_disposition amp_malware amp_score
  policy_identity_type blocked_categories identities identity_types request_method dlp_status certificate_errors file_name
  ruleset_id rule_id destination_list_ids isolate_action file_action warn_status forwarding_method producer
  msp_organization_id blocked_destination_countries application_ids hostname data_center egress_type server_name
  time_based_rule security_overridden detected_file_type warn_categories organization_id application_name
  application_category egress_ip ai_model_name ai_supply_chain_categories event_correlation_id`,
  {
    synonyms: {
      policy_identity_label: 'policy_identity',
      internal_client_ip: 'internal_ip',
      external_client_ip: 'external_ip',
      sha: 'sha256',
      sha_sha256: 'sha256',
      sha256_hash: 'sha256',
      amp_malware_name: 'amp_malware',
      destination_lists_id: 'destination_list_ids',
      destination_list_id: 'destination_list_ids',
      geo_location_of_blocked_destination_countries: 'blocked_destination_countries',
      egress: 'egress_type',
      detected_response_file_type: 'detected_file_type',
      application_entity_name: 'application_name',
      application_entity_category: 'application_category',
      application_id: 'application_ids',
      method: 'request_method',
      user_agent_string: 'user_agent',
    },
  },
);

/** Columns 25 to 27 mean different things in different sources, so they have no names without a header (section 1.5). */
const FIREWALL = table(
  'firewalllogs',
  'firewall',
  14,
  `timestamp origin_ids identities identity_types direction protocol packet_size source_ip source_port destination_ip
  destination_port data_center rule_id action fqdns destination_list_ids first_packet last_packet packets_sent
  packets_received bytes_sent bytes_received fw_event_id destination_country column_25 column_26 column_27 private_flow
  posture_id casi_category_ids traffic_source content_category_ids content_category_list_ids organization_id egress_ip
  egress_type event_correlation_id`,
  {
    aliases: ['cloudfirewalllogs', 'firewallogs', 'cdfwlogs'],
    namedOnly: ['app_id', 'aws_region', 'private_app_id', 'private_app_group_id', 'private_resource_id'],
    synonyms: {
      origin_id: 'origin_ids',
      identity: 'identities',
      identity_type: 'identity_types',
      fqdn: 'fqdns',
      ip_protocol: 'protocol',
      destination_list_id: 'destination_list_ids',
      first_packet_timestamp: 'first_packet',
      last_packet_timestamp: 'last_packet',
      firewall_event_id: 'fw_event_id',
      egress: 'egress_type',
      application_id: 'app_id',
    },
  },
);

const INTRUSION = table(
  'intrusionlogs',
  'intrusion',
  17,
  `timestamp identities identity_types generator_id signature_id signature signature_list_id severity classification cves
  protocol session_id source_ip source_port destination_ip destination_port action operation_mode policy_resource_id
  direction rule_id ips_config_type aws_region application_id casi_category_ids data_center organization_id egress_ip
  egress_type enforced_by ftd_enforcement_id ftd_enforcement_name event_correlation_id`,
  {
    synonyms: {
      identity: 'identities',
      identity_type: 'identity_types',
      signature_message: 'signature',
      message: 'signature',
      attack_classification: 'classification',
      ip_protocol: 'protocol',
      firewall_rule_id: 'rule_id',
      egress: 'egress_type',
      ips_session_id: 'session_id',
    },
  },
);

const IP = table(
  'iplogs',
  'ip',
  7,
  'timestamp identities source_ip source_port destination_ip destination_port categories',
  { synonyms: { identity: 'identities' } },
);

const AUDIT = table('auditlogs', 'audit', 9, 'id timestamp email user type action logged_in_from before after', {
  synonyms: { time: 'timestamp', user_name: 'user' },
});

const DLP = table(
  'dlplogs',
  'dlp',
  16,
  `timestamp event_type unique_event_id severity identities owner name application destination action rule_label
  data_classification data_identifier content_type file_size sha256 file_label application_category traffic_direction
  private_resource_name private_resource_group_name destination_protocol destination_ip destination_port organization_id`,
  {
    synonyms: {
      identity: 'identities',
      rule: 'rule_label',
      sha256_hash: 'sha256',
      application_category_name: 'application_category',
    },
  },
);

const VPN = table(
  'ravpnlogs',
  'vpn',
  16,
  `timestamp host_name aws_region event_type origin_ids origin_type user_id organization_id retention_days storage_location
  msp_organization_id session_id session_type vpn_profile public_ip assigned_ip connected_at disconnection_reason os_version
  anyconnect_version asa_syslog_id device_id machine_id public_ipv6 assigned_ipv6 security_group_tag dap_record_name
  dap_connection_type failed_reasons`,
  { aliases: ['vpnlogs'] },
);

const ZTNA = table(
  'ztnalogs',
  'ztna',
  16,
  `timestamp identity_email identities identity_types hostname verdict client_os client_browser client_geo_location client_ip
  ruleset_id rule_id private_app_group_id private_app_id private_resource_id private_resource_group_id step_up_auth_type
  step_up_auth_result step_up_auth_token_life posture_id requested_id_fqdn resolved_ip app_connector_group_id headend_type
  duo_device_id duo_device_id_string system_password client_firewall disk_encryption anti_malware_agents transaction_id
  block_reason application_port application_protocol tunnel_type secure_client_version possible_match_ruleset_id
  possible_match_rule_id possible_match_posture source_process_id source_process_name source_process_hash
  source_process_user_name organization_id ad_joined_id enforced_by ftd_enforcement_id ftd_enforcement_name mdm_source
  mdm_device_id mdm_is_managed mdm_is_compliant mdm_last_updated applied_trusted_network detected_trusted_network
  zta_profile_id egress_ip`,
  { synonyms: { identity_labels: 'identities', identity_type_labels: 'identity_types' } },
);

const ZTA_FLOW = table(
  'ztaflowlogs',
  'ztna',
  15,
  `timestamp identity_email identities identity_types organization_id msp_organization_id hostname transaction_id
  private_resource_id private_resource_group_id app_connector_id app_connector_group_id ruleset_id rule_id connection_status
  connection_failure_reason headend_type event_type rx_bytes tx_bytes egress_ip egress_port nt_group_id zta_source_port
  enforced_by ftd_enforcement_id ftd_enforcement_name`,
  { synonyms: { identity_labels: 'identities', identity_type_labels: 'identity_types' } },
);

const FILE = table(
  'fileeventlogs',
  'file',
  8,
  `timestamp organization_id retention_days aws_region fw_event_id file_action disposition sha256 direction threat_name
  file_static_analysis threat_score file_type_id file_name file_size archive_file_name archive_depth archive_sha dlp_status
  enforced_by ftd_enforcement_id ftd_enforcement_name`,
  { synonyms: { firewall_event_id: 'fw_event_id', retention_policy_in_days: 'retention_days' } },
);

export const TABLES: readonly Table[] = [DNS, PROXY, FIREWALL, INTRUSION, IP, AUDIT, DLP, VPN, ZTNA, ZTA_FLOW, FILE];

/** Table by folder name or one of its other spellings. */
export function tableNamed(name: string): Table | undefined {
  return TABLES.find((table) => table.name === name || table.aliases.includes(name));
}

/** Every spelling of a folder with its table, longest first: `cloudfirewalllogs` holds `firewalllogs`. */
const SPELLINGS = TABLES.flatMap((table) =>
  [table.name, ...table.aliases].map((spelling) => ({ spelling, table })),
).sort((a, b) => b.spelling.length - a.spelling.length);

/** The table whose folder stands anywhere in a path: any bucket prefix may come before it, any name behind. */
export function tableOfPath(path: string): Table | undefined {
  const lower = path.toLowerCase();
  return SPELLINGS.find(({ spelling }) => lower.includes(spelling))?.table;
}

/** How names of headers and keys are compared: without case, blanks, `_` and `-` (section 1.8). */
export function normalName(name: string): string {
  return name.toLowerCase().replace(/[^\p{L}\p{N}]/gu, '');
}

/** Every column a table understands, in the order of `RecordSql` fields. */
export function knownColumns(table: Table): readonly string[] {
  return [...table.columns, ...table.namedOnly];
}

/** Names of a column, normalised: its own and its synonyms. */
export function namesOf(table: Table, column: string): string[] {
  const synonyms = Object.entries(table.synonyms).filter(([, meant]) => meant === column);
  return [column, ...synonyms.map(([synonym]) => synonym)].map(normalName);
}
