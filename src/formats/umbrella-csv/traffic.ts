import type { RecordMapping } from '../format.ts';
import { maskedUrls } from '../masking/url-secrets.ts';
import { identitiesSql } from './identities.ts';
import { extraSql, field, list, numberListSql, type RecordSql } from './record-sql.ts';
import {
  categoryLabelsSql,
  flagSql,
  protocolSql,
  queryTypeSql,
  returnCodeSql,
  threatTypeSql,
  unknownActionSql,
  verdictSql,
} from './words.ts';

/** What the columns of one table mean. Time, kind, refusal and record type are the same for all and not named here. */
export type Meaning = (record: RecordSql) => RecordMapping;

const POLICY_IDENTITY = { label: 'policy_identity', type: 'policy_identity_type' };

export const dns: Meaning = (record) => {
  const f = (name: string) => field(record, name);
  const who = identitiesSql(record, POLICY_IDENTITY);
  return {
    with: who.with,
    columns: {
      verdict: verdictSql(f('action')),
      src_ip: f('internal_ip'),
      nat_ip: f('external_ip'),
      domain: f('domain'),
      query_type: queryTypeSql(f('query_type')),
      return_code: returnCodeSql(f('response_code')),
      identity_labels: who.labels,
      identity_types: who.types,
      category_labels: list(record, 'categories'),
      policy_category_labels: list(record, 'blocked_categories'),
      rule_id: `toUInt64OrZero(${f('rule_id')})`,
      extra: extraSql(record, ['destination_countries', 'organization_id'], { action: unknownActionSql(f('action')) }),
    },
  };
};

const PROXY_EXTRA = [
  'response_body_size',
  'puas',
  'amp_malware',
  'dlp_status',
  'warn_status',
  'forwarding_method',
  'producer',
  'msp_organization_id',
  'blocked_destination_countries',
  'hostname',
  'data_center',
  'egress_type',
  'server_name',
  'time_based_rule',
  'detected_file_type',
  'warn_categories',
  'organization_id',
  'egress_ip',
  'ai_model_name',
  'ai_supply_chain_categories',
  'event_correlation_id',
];

export const proxy: Meaning = (record) => {
  const f = (name: string) => field(record, name);
  const who = identitiesSql(record, POLICY_IDENTITY);
  return {
    with: [
      ...who.with,
      `${maskedUrls(f('url'))} AS masked_url`,
      `${maskedUrls(f('referer'))} AS masked_referer`,
      `${numberListSql(f('application_ids'))} AS listed_applications`,
      // One application may be named; among several the name is that of none for sure, so it becomes one more.
      `${f('application_name')} != '' AND length(listed_applications) != 1 AS is_named_apart`,
    ],
    columns: {
      threats: `if(${f('amp_malware')} = '', emptyArrayString(), [${f('amp_malware')}])`,
      threat_types: `if(${f('amp_malware')} = '', emptyArrayString(), [${threatTypeSql(f('amp_malware'))}])`,
      verdict: verdictSql(f('action')),
      src_ip: f('internal_ip'),
      nat_ip: f('external_ip'),
      dst_ip: f('destination_ip'),
      dst_port: urlPortSql('masked_url'),
      domain: hostSql(f('url')),
      url: 'masked_url',
      method: f('request_method'),
      status: `toUInt16OrNull(${f('status_code')})`,
      bytes_in: `toUInt64OrNull(${f('response_size')})`,
      bytes_out: `toUInt64OrNull(${f('request_size')})`,
      user_agent: f('user_agent'),
      referer: 'masked_referer',
      content_type: f('content_type'),
      file_name: f('file_name'),
      sha256: `lower(${f('sha256')})`,
      identity_labels: who.labels,
      identity_types: who.types,
      category_labels: list(record, 'categories'),
      policy_category_labels: list(record, 'blocked_categories'),
      application_ids: 'if(is_named_apart, arrayPushBack(listed_applications, 0::UInt64), listed_applications)',
      application_labels: applicationTextSql(f('application_name')),
      application_types: applicationTextSql(f('application_category')),
      rule_id: `toUInt64OrZero(${f('rule_id')})`,
      rule_set_id: `toUInt64OrZero(${f('ruleset_id')})`,
      amp_disposition: `if(lower(${f('amp_disposition')}) IN ('clean', 'malicious', 'unknown'), lower(${f('amp_disposition')}), '')`,
      amp_score: `toUInt8OrZero(${f('amp_score')})`,
      antivirus_threats: list(record, 'av_detections'),
      isolated_state: wordSql(f('isolate_action')),
      isolated_file_action: wordSql(f('file_action')),
      data_loss_state: `if(position(lower(${f('dlp_status')}), 'block') > 0, 'blocked', '')`,
      http_errors: httpErrorsSql(list(record, 'certificate_errors')),
      security_overridden: flagSql(f('security_overridden')),
      destination_list_ids: numberListSql(f('destination_list_ids')),
      extra: extraSql(record, PROXY_EXTRA, {
        action: unknownActionSql(f('action')),
        // A type is detected in what was fetched, so a blocked request that has one was blocked after that.
        blocked_file_type: `if(${verdictSql(f('action'))} = 'blocked', ${f('detected_file_type')}, '')`,
      }),
      // To search the addresses alone for secrets is quicker than the whole row.
      raw: `if(masked_url = ${f('url')} AND masked_referer = ${f('referer')}, original, ${maskedUrls('original')})`,
    },
  };
};

function applicationTextSql(text: string): string {
  return `multiIf(is_named_apart, arrayPushBack(arrayResize(emptyArrayString(), length(listed_applications)), ${text}),
    length(listed_applications) = 1, [${text}], arrayResize(emptyArrayString(), length(listed_applications)))`;
}

/** `downloaded_original_file` → `downloaded-original-file`. */
function wordSql(text: string): string {
  return `replaceAll(lower(${text}), '_', '-')`;
}

/** String: host of a URL that may lack its scheme. */
function hostSql(url: string): string {
  // The quick function knows no user, no name without a dot and no IPv6 address.
  const pattern = String.raw`^(?:[A-Za-z][A-Za-z0-9+.-]*:)?(?://)?(?:[^/?#@]*@)?\\[?([^\\]/?#]*?)(?:\\]|:[0-9]*)?(?:[/?#]|$)`;
  return `multiIf(${url} = '', '', domain(${url}) != '', domain(${url}), extract(${url}, '${pattern}'))`;
}

/** Nullable(UInt16): the port in a URL, or that of its scheme. */
function urlPortSql(url: string): string {
  return `multiIf(port(${url}) != 0, port(${url}), startsWith(lower(${url}), 'https:'), 443, startsWith(lower(${url}), 'http:'), 80, NULL)`;
}

function httpErrorsSql(errors: string): string {
  return `arrayMap(e -> concat(if(startsWith(lower(e), 'tls') OR startsWith(lower(e), 'ssl'), 'TLSError:', 'CertificateError:'), e),
    arrayFilter(e -> e != '', ${errors}))`;
}

const FIREWALL_EXTRA = [
  'origin_ids',
  'data_center',
  'fqdns',
  'first_packet',
  'last_packet',
  'packets_sent',
  'packets_received',
  'fw_event_id',
  'destination_country',
  'column_25',
  'column_26',
  'column_27',
  'private_flow',
  'posture_id',
  'casi_category_ids',
  'traffic_source',
  'content_category_ids',
  'content_category_list_ids',
  'organization_id',
  'egress_ip',
  'egress_type',
  'event_correlation_id',
  'aws_region',
  'private_app_id',
  'private_app_group_id',
  'private_resource_id',
];

export const firewall: Meaning = (record) => {
  const f = (name: string) => field(record, name);
  const who = identitiesSql(record);
  return {
    with: [
      ...who.with,
      `arrayDistinct(arrayConcat(${numberListSql(f('content_category_ids'))}, ${numberListSql(f('casi_category_ids'))})) AS category_numbers`,
      `arrayFilter(n -> n != 0, ${numberListSql(f('app_id'))}) AS listed_applications`,
    ],
    columns: {
      ...flowColumns(record),
      verdict: verdictSql(f('action')),
      domain: `${list(record, 'fqdns')}[1]`,
      packet_size: `toUInt64OrNull(${f('packet_size')})`,
      bytes_out: `toUInt64OrNull(${f('bytes_sent')})`,
      bytes_in: `toUInt64OrNull(${f('bytes_received')})`,
      identity_labels: who.labels,
      identity_types: who.types,
      category_labels: categoryLabelsSql('category_numbers'),
      application_ids: 'listed_applications',
      application_labels: 'arrayResize(emptyArrayString(), length(listed_applications))',
      application_types: 'arrayResize(emptyArrayString(), length(listed_applications))',
      rule_id: `toUInt64OrZero(${f('rule_id')})`,
      destination_list_ids: numberListSql(f('destination_list_ids')),
      direction: f('direction'),
      extra: extraSql(record, FIREWALL_EXTRA, { action: unknownActionSql(f('action')) }),
    },
  };
};

const INTRUSION_EXTRA = [
  'operation_mode',
  'policy_resource_id',
  'ips_config_type',
  'aws_region',
  'application_id',
  'casi_category_ids',
  'data_center',
  'organization_id',
  'egress_ip',
  'egress_type',
  'enforced_by',
  'ftd_enforcement_id',
  'ftd_enforcement_name',
  'event_correlation_id',
];

export const intrusion: Meaning = (record) => {
  const f = (name: string) => field(record, name);
  const who = identitiesSql(record);
  const action = `lower(${f('action')})`;
  return {
    with: who.with,
    columns: {
      ...flowColumns(record),
      // A sensor that only looks on detects; `Allowed` does not occur.
      verdict: `multiIf(startsWith(${action}, 'would'), 'would_block', startsWith(${action}, 'block'), 'blocked', 'detected')`,
      identity_labels: who.labels,
      identity_types: who.types,
      rule_id: `toUInt64OrZero(${f('rule_id')})`,
      signature_generator_id: `toUInt32OrZero(${f('generator_id')})`,
      signature_id: `toUInt64OrZero(${f('signature_id')})`,
      signature_list_id: `toUInt64OrZero(${f('signature_list_id')})`,
      signature: f('signature'),
      classification: f('classification'),
      severity: `transform(replaceAll(upper(trimBoth(${f('severity')})), '_', ' '), ['HIGH', 'MEDIUM', 'LOW', 'VERY LOW'], [1, 2, 3, 4], 0)`,
      cves: `arrayFilter(c -> c != '', arrayMap(c -> lower(c), ${list(record, 'cves')}))`,
      session_id: `toUInt64OrZero(${f('session_id')})`,
      direction: f('direction'),
      extra: extraSql(record, INTRUSION_EXTRA),
    },
  };
};

/** IP-layer enforcement: the log holds nothing but blocked connections. */
export const ip: Meaning = (record) => {
  const f = (name: string) => field(record, name);
  return {
    columns: {
      verdict: "'blocked'",
      src_ip: f('source_ip'),
      src_port: `toUInt16OrNull(${f('source_port')})`,
      dst_ip: f('destination_ip'),
      dst_port: `toUInt16OrNull(${f('destination_port')})`,
      identity_labels: `if(${f('identities')} = '', emptyArrayString(), [${f('identities')}])`,
      category_labels: list(record, 'categories'),
      policy_category_labels: list(record, 'categories'),
      extra: extraSql(record, []),
    },
  };
};

function flowColumns(record: RecordSql): RecordMapping['columns'] {
  const f = (name: string) => field(record, name);
  return {
    src_ip: f('source_ip'),
    src_port: `toUInt16OrNull(${f('source_port')})`,
    dst_ip: f('destination_ip'),
    dst_port: `toUInt16OrNull(${f('destination_port')})`,
    proto: protocolSql(f('protocol')),
  };
}
