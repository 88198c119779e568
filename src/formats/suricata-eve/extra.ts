import { sqlList, sqlText } from '../../kit/sql-literals.ts';
import { onlyWhere } from '../sql/only-where.ts';

/** Fields of the typed part of an event (`e`) that no column takes, by the name they get in `extra`. */
const FIELDS: Readonly<Record<string, string>> = {
  first_seen: `if(e.flow.start != '', e.flow.start, e.netflow.start)`,
  'flow.end': 'e.flow.end',
  'flow.age': 'e.flow.age',
  'flow.state': 'e.flow.state',
  'flow.reason': 'e.flow.reason',
  'flow.alerted': 'e.flow.alerted',
  'flow.pkts_toserver': 'e.flow.pkts_toserver',
  'flow.pkts_toclient': 'e.flow.pkts_toclient',
  'netflow.pkts': 'e.netflow.pkts',
  'netflow.end': 'e.netflow.end',
  'netflow.age': 'e.netflow.age',
  'drop.reason': 'e.drop.reason',
  'dns.version': 'e.dns.version',
  'dns.id': 'e.dns.id',
  'dns.tx_id': 'e.dns.tx_id',
  'dns.flags': 'e.dns.flags',
  'dns.ttl': 'e.dns.ttl',
  'dns.rdata': 'e.dns.rdata',
  'dns.answers': 'e.dns.answers',
  'dns.grouped': 'e.dns.grouped',
  'dns.authorities': 'e.dns.authorities',
  'dns.queries': `if(length(e.dns.queries) > 1, toJSONString(e.dns.queries), '')`,
  'http.protocol': 'e.http.protocol',
  'http.version': 'e.http.version',
  'http.redirect': 'site[4]',
  'http.xff': 'e.http.xff',
  'tls.version': 'e.tls.version',
  'tls.subject': 'e.tls.subject',
  'tls.issuerdn': 'e.tls.issuerdn',
  'tls.serial': 'e.tls.serial',
  'tls.fingerprint': 'e.tls.fingerprint',
  'tls.notbefore': 'e.tls.notbefore',
  'tls.notafter': 'e.tls.notafter',
  'tls.session_resumed': 'e.tls.session_resumed',
  'tls.ja3': 'e.tls.ja3.hash',
  'tls.ja3s': 'e.tls.ja3s.hash',
  'tls.ja4': 'e.tls.ja4',
  'alert.action': 'e.alert.action',
  'alert.rev': 'e.alert.rev',
  'alert.mitre_tactic_id': 'e.alert.metadata.mitre_tactic_id',
  'alert.mitre_technique_id': 'e.alert.metadata.mitre_technique_id',
  'alert.signature_severity': 'e.alert.metadata.signature_severity',
  'alert.attack_target': 'e.alert.metadata.attack_target',
  'fileinfo.state': 'e.fileinfo.state',
  'fileinfo.magic': 'e.fileinfo.magic',
  'fileinfo.md5': 'e.fileinfo.md5',
  'fileinfo.sha1': 'e.fileinfo.sha1',
  'fileinfo.stored': 'e.fileinfo.stored',
};

/**
 * SQL for everything of an event that has no column of its own. Needs the names `e`, `site` and `record`. The values are
 * parsed once more only where there are keys that the mapping does not know, such as the object of a rare event type.
 */
export function extraSql(contextKeys: readonly string[], knownKeys: readonly string[]): string {
  const names = [...contextKeys, ...Object.keys(FIELDS)];
  const values = [...contextKeys.map((key) => `e.${key}`), ...Object.values(FIELDS)];
  const known = `arrayFilter(x -> x.2 != '', arrayZip([${names.map(sqlText).join(', ')}], [${values.join(', ')}]))`;
  const isUnknown = (key: string) => `${key} NOT IN ${sqlList(knownKeys)}`;
  // The engine leaves out members that are null, so keys and values listed apart may differ in number.
  const unknown = onlyWhere(
    't',
    'record',
    `arrayExists(k -> ${isUnknown('k')}, JSONExtractKeys(t))`,
    `arrayFilter(m -> ${isUnknown('m.1')}, JSONExtractKeysAndValues(t, 'String'))`,
  );
  return `CAST(arrayConcat(${known}, ${unknown}) AS Map(String, String))`;
}
