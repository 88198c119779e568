import { maskedUrls } from '../masking/url-secrets.ts';
import { identitiesSql } from './identities.ts';
import { extraSql, field, type RecordSql } from './record-sql.ts';
import { maskedSettingsSql } from './secrets.ts';
import { knownColumns } from './tables.ts';
import type { Meaning } from './traffic.ts';
import { protocolSql, verdictSql } from './words.ts';

// Records outside of traffic: the administrators' audit trail, and what Secure Access adds. Every column is kept by name.

export const audit: Meaning = (record) => {
  const f = (name: string) => field(record, name);
  return {
    columns: {
      src_ip: f('logged_in_from'),
      identity_labels: `if(${f('email')} != '', [${f('email')}], if(${f('user')} != '', [${f('user')}], emptyArrayString()))`,
      identity_types: `if(${f('email')} != '' OR ${f('user')} != '', ['directory_user'], emptyArrayString())`,
      extra: extraSql(record, ['id', 'email', 'user', 'type', 'action', 'logged_in_from'], {
        before: maskedSettingsSql(f('before')),
        after: maskedSettingsSql(f('after')),
      }),
      raw: maskedSettingsSql('original'),
    },
  };
};

export const dlp: Meaning = (record) => {
  const f = (name: string) => field(record, name);
  const severity = `lower(${f('severity')})`;
  return {
    columns: {
      verdict: verdictSql(f('action')),
      identity_labels: `if(${f('identities')} = '', emptyArrayString(), [${f('identities')}])`,
      dst_ip: f('destination_ip'),
      dst_port: `toUInt16OrNull(${f('destination_port')})`,
      proto: protocolSql(f('destination_protocol')),
      content_type: f('content_type'),
      file_name: f('name'),
      sha256: `lower(${f('sha256')})`,
      severity: `multiIf(${severity} IN ('high', 'alert', 'critical'), 1, ${severity} IN ('medium', 'warn'), 2, ${severity} IN ('low', 'info'), 3, 0)`,
      direction: f('traffic_direction'),
      extra: everyColumn(record),
      raw: maskedUrls('original'),
    },
  };
};

export const vpn: Meaning = (record) => {
  const f = (name: string) => field(record, name);
  return {
    columns: {
      src_ip: `if(${f('assigned_ip')} = '', ${f('assigned_ipv6')}, ${f('assigned_ip')})`,
      nat_ip: `if(${f('public_ip')} = '', ${f('public_ipv6')}, ${f('public_ip')})`,
      verdict: `if(position(lower(${f('event_type')}), 'fail') > 0, 'blocked', 'allowed')`,
      identity_labels: `if(${f('user_id')} = '', emptyArrayString(), [${f('user_id')}])`,
      identity_types: `if(${f('user_id')} = '', emptyArrayString(), ['directory_user'])`,
      session_id: `toUInt64OrZero(${f('session_id')})`,
      extra: everyColumn(record),
    },
  };
};

export const ztna: Meaning = (record) => {
  const f = (name: string) => field(record, name);
  const who = identitiesSql(record);
  return {
    with: who.with,
    columns: {
      verdict: verdictSql(f('verdict')),
      src_ip: f('client_ip'),
      dst_ip: f('resolved_ip'),
      dst_port: `toUInt16OrNull(${f('application_port')})`,
      proto: protocolSql(f('application_protocol')),
      domain: f('requested_id_fqdn'),
      identity_labels: who.labels,
      identity_types: who.types,
      rule_id: `toUInt64OrZero(${f('rule_id')})`,
      rule_set_id: `toUInt64OrZero(${f('ruleset_id')})`,
      extra: everyColumn(record),
    },
  };
};

export const ztaFlow: Meaning = (record) => {
  const f = (name: string) => field(record, name);
  const who = identitiesSql(record);
  return {
    with: who.with,
    columns: {
      verdict: `if(position(lower(${f('connection_status')}), 'block') > 0, 'blocked', 'allowed')`,
      src_port: `toUInt16OrNull(${f('zta_source_port')})`,
      nat_ip: f('egress_ip'),
      bytes_in: `toUInt64OrNull(${f('rx_bytes')})`,
      bytes_out: `toUInt64OrNull(${f('tx_bytes')})`,
      domain: f('hostname'),
      identity_labels: who.labels,
      identity_types: who.types,
      rule_id: `toUInt64OrZero(${f('rule_id')})`,
      rule_set_id: `toUInt64OrZero(${f('ruleset_id')})`,
      extra: everyColumn(record),
    },
  };
};

export const fileEvent: Meaning = (record) => {
  const f = (name: string) => field(record, name);
  return {
    columns: {
      verdict: verdictSql(f('file_action')),
      file_name: f('file_name'),
      sha256: `lower(${f('sha256')})`,
      amp_disposition: `if(lower(${f('disposition')}) IN ('clean', 'malicious', 'unknown'), lower(${f('disposition')}), '')`,
      amp_score: `toUInt8OrZero(${f('threat_score')})`,
      direction: f('direction'),
      extra: everyColumn(record),
    },
  };
};

function everyColumn(record: RecordSql): string {
  return extraSql(
    record,
    knownColumns(record.table).filter((name) => name !== 'timestamp'),
  );
}
