import type { RecordMapping } from '../format.ts';
import { audit, dlp, fileEvent, vpn, ztaFlow, ztna } from './other-records.ts';
import { field, type RecordSql } from './record-sql.ts';
import { dns, firewall, intrusion, ip, type Meaning, proxy } from './traffic.ts';
import { timeSql } from './words.ts';

const MEANINGS: Readonly<Record<string, Meaning>> = {
  dnslogs: dns,
  proxylogs: proxy,
  firewalllogs: firewall,
  intrusionlogs: intrusion,
  iplogs: ip,
  auditlogs: audit,
  dlplogs: dlp,
  ravpnlogs: vpn,
  ztnalogs: ztna,
  ztaflowlogs: ztaFlow,
  fileeventlogs: fileEvent,
};

/** The mapping of one table, whichever way its records are written. */
export function mappingOf(record: RecordSql): RecordMapping {
  const meaning = MEANINGS[record.table.name];
  if (meaning === undefined) throw new Error(`nothing says what ${record.table.name} means`);
  const timestamp = field(record, 'timestamp');
  const { with: further = [], columns } = meaning(record);
  const { raw = 'original' } = columns;
  return {
    with: [...record.with, `${timeSql(timestamp)} AS logged_at`, `${record.refused} AS misshapen`, ...further],
    columns: {
      ...columns,
      refused: `multiIf(misshapen != '', misshapen, isNull(logged_at), concat('no readable time "', leftUTF8(toValidUTF8(${timestamp}), 40), '"'), '')`,
      time: 'logged_at',
      kind: `'${record.table.kind}'`,
      record_type: `'${record.table.name}'`,
      raw,
    },
  };
}
