import { BACKUP_JOB_TYPE, backupJob } from './backup-fields.ts';

/**
 * The columns that a format may fill for each record, with the ClickHouse type its expression must have (or convert to
 * without loss) and the expression used where a format leaves it out. The event plane derives the stored columns from these: it normalises names and
 * addresses, numbers identities, maps labels to ids.
 */
export const RECORD_COLUMNS = {
  /** Reason why the record is refused, for people; '' where it is fine. A record without `time` is refused by itself. */
  refused: { type: 'String', missing: "''" },
  /** 1 for records the format knows and does not keep, such as sensor statistics. */
  ignored: { type: 'UInt8', missing: '0' },
  /** When it happened. Text without a zone must be parsed in the session's time zone: give no zone to the parser. */
  time: { type: "Nullable(DateTime64(6, 'UTC'))", missing: 'NULL' },
  /** A key of EVENT_KINDS. */
  kind: { type: 'String', missing: "'other'" },
  /** The format's own word for the record type: `dnslogs`, `alert`, `conn`. */
  record_type: { type: 'LowCardinality(String)', missing: "''" },
  /** A key of VERDICTS. */
  verdict: { type: 'String', missing: "'allowed'" },
  /** The client. Any spelling of IPv4 and IPv6; what is no address becomes ''. */
  src_ip: { type: 'String', missing: "''" },
  src_port: { type: 'Nullable(UInt16)', missing: 'NULL' },
  /** The client's address after translation, as the Internet sees it. */
  nat_ip: { type: 'String', missing: "''" },
  dst_ip: { type: 'String', missing: "''" },
  dst_port: { type: 'Nullable(UInt16)', missing: 'NULL' },
  /** IANA protocol number. */
  proto: { type: 'Nullable(UInt8)', missing: 'NULL' },
  /** Name asked for (DNS) or host of the URL (web), as logged: case and trailing dot are dealt with later. */
  domain: { type: 'String', missing: "''" },
  /** Mnemonic: `A`, `HTTPS`. */
  query_type: { type: 'LowCardinality(String)', missing: "''" },
  /** IANA RCODE; NULL where no reply was seen. */
  return_code: { type: 'Nullable(UInt16)', missing: 'NULL' },
  /** Whole URL with scheme where it can be known. */
  url: { type: 'String', missing: "''" },
  method: { type: 'LowCardinality(String)', missing: "''" },
  status: { type: 'Nullable(UInt16)', missing: 'NULL' },
  /** Bytes towards the client (responses). */
  bytes_in: { type: 'Nullable(UInt64)', missing: 'NULL' },
  /** Bytes from the client (requests). */
  bytes_out: { type: 'Nullable(UInt64)', missing: 'NULL' },
  packet_size: { type: 'Nullable(UInt64)', missing: 'NULL' },
  user_agent: { type: 'String', missing: "''" },
  referer: { type: 'String', missing: "''" },
  /** MIME type as logged; parameters are cut off later. */
  content_type: { type: 'LowCardinality(String)', missing: "''" },
  file_name: { type: 'String', missing: "''" },
  /** Lower-case hex. */
  sha256: { type: 'String', missing: "''" },
  /** Who made the request, most granular first. Empty: the client address stands in, as a network. Addresses in any spelling. */
  identity_labels: { type: 'Array(String)', missing: '[]' },
  /** Type of each label in any spelling of identity-types.ts; used only when as many as labels. */
  identity_types: { type: 'Array(String)', missing: '[]' },
  category_labels: { type: 'Array(String)', missing: '[]' },
  /** Labels of the categories that made the policy act. */
  policy_category_labels: { type: 'Array(String)', missing: '[]' },
  /** Name of each application; '' where only its id is known. */
  application_labels: { type: 'Array(String)', missing: '[]' },
  /** Category of each application, as many as labels. */
  application_types: { type: 'Array(String)', missing: '[]' },
  /** Number of each application, as many as labels; 0 where the log has none: one is derived from the label. */
  application_ids: { type: 'Array(UInt64)', missing: '[]' },
  threats: { type: 'Array(LowCardinality(String))', missing: '[]' },
  /** Type of each threat, as many as threats. */
  threat_types: { type: 'Array(String)', missing: '[]' },
  rule_id: { type: 'UInt64', missing: '0' },
  rule_set_id: { type: 'UInt64', missing: '0' },
  signature_generator_id: { type: 'UInt32', missing: '0' },
  signature_id: { type: 'UInt64', missing: '0' },
  signature_list_id: { type: 'UInt64', missing: '0' },
  signature: { type: 'LowCardinality(String)', missing: "''" },
  classification: { type: 'LowCardinality(String)', missing: "''" },
  /** A number of SEVERITIES. */
  severity: { type: 'UInt8', missing: '0' },
  /** Lower case: `cve-2009-1016`. */
  cves: { type: 'Array(LowCardinality(String))', missing: '[]' },
  session_id: { type: 'UInt64', missing: '0' },
  /** `clean`, `malicious`, `unknown` or ''. */
  amp_disposition: { type: 'LowCardinality(String)', missing: "''" },
  amp_score: { type: 'UInt8', missing: '0' },
  antivirus_threats: { type: 'Array(LowCardinality(String))', missing: '[]' },
  /** `isolated`, `not-isolated` or ''. */
  isolated_state: { type: 'LowCardinality(String)', missing: "''" },
  /** `viewed`, `downloaded-original-file`, `downloaded-safe-pdf` or ''. */
  isolated_file_action: { type: 'LowCardinality(String)', missing: "''" },
  /** `blocked` or ''. */
  data_loss_state: { type: 'LowCardinality(String)', missing: "''" },
  /** `CertificateError` or `TLSError`, then a colon and the detail as logged. */
  http_errors: { type: 'Array(LowCardinality(String))', missing: '[]' },
  security_overridden: { type: 'Bool', missing: 'false' },
  tenant_controls: { type: 'Bool', missing: 'false' },
  bundle_id: { type: 'UInt64', missing: '0' },
  destination_list_ids: { type: 'Array(UInt64)', missing: '[]' },
  direction: { type: 'LowCardinality(String)', missing: "''" },
  /** What the record tells of a backup job, made by `backupJob`; used where the kind is `backup`. */
  backup_job: { type: BACKUP_JOB_TYPE, missing: backupJob({}) },
  /** Everything else: known rare fields under the names of `ExtraField` (model/extra-field.ts), unknown columns under their own. '' is left out. */
  extra: { type: 'Map(LowCardinality(String), String)', missing: 'map()' },
  /** The original record, secrets masked. */
  raw: { type: 'String', missing: 'text' },
} as const;

export type RecordColumn = keyof typeof RECORD_COLUMNS;
