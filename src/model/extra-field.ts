/**
 * Rarely logged fields that reports show, by the names formats store them under. Whatever else a log carries stands beside
 * them under its own name.
 */
export type ExtraField =
  /** Whether a warning page was shown, in the log's words. */
  | 'warn_status'
  /** How the request came to the proxy. */
  | 'forwarding_method'
  | 'blocked_file_type'
  | 'data_center'
  | 'egress_ip'
  | 'egress_type'
  | 'rule_label'
  /** Name of the malware that file reputation found. */
  | 'amp_malware'
  /** Potentially unwanted applications, separated by commas. */
  | 'puas'
  /** `true` where a rule acted that holds at certain times only. */
  | 'time_based_rule'
  /** When a flow or file was first seen, as logged. */
  | 'first_seen'
  /** The vendor's organization number. */
  | 'organization_id';
