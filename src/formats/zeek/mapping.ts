import { sqlList, sqlText } from '../../kit/sql-literals.ts';
import type { RecordMapping } from '../format.ts';
import { RECORD_COLUMNS, type RecordColumn } from '../record.ts';
import type { ZeekLog } from './log.ts';
import { IGNORED_LOGS, LOGS, NAMESAKES } from './logs.ts';
import { field, firstSet } from './sql.ts';

/** The mapping for records that a container has made into `fields` (containers.ts). */
export function recordMapping(container: readonly string[]): RecordMapping {
  const names = Object.keys(RECORD_COLUMNS).filter((name) => name !== 'extra') as Exclude<RecordColumn, 'extra'>[];
  const columns = names.flatMap((name) => {
    const expression = byLog(({ columns }) => columns[name], COMMON_COLUMNS[name] ?? RECORD_COLUMNS[name].missing);
    return expression === RECORD_COLUMNS[name].missing ? [] : [[name, expression]];
  });
  return {
    with: [...container, LOG, HAPPENED],
    columns: { ...Object.fromEntries(columns), extra: extra() },
  };
}

/** Sites add suffixes to the names of logs: `conn_long`, `http_2` (log-formats.md, 3.1). */
const LOG = `if(path NOT IN ${sqlList(NAMESAKES)} AND splitByChar('_', path)[1] IN ${sqlList(Object.keys(LOGS))},
    splitByChar('_', path)[1], path) AS log`;

/** A number is seconds since 1970 or, with 13 digits, milliseconds; a text says its zone. */
const HAPPENED = `parseDateTime64BestEffortOrNull(${field('ts')}, 6) AS happened`;

const PROTO = `if(${field('ip_proto')} != '', toUInt8OrNull(${field('ip_proto')}),
    multiIf(${field('proto')} = 'tcp', 6, ${field('proto')} = 'udp', 17,
      ${field('proto')} != 'icmp', NULL, position(${field('id.orig_h')}, ':') > 0, 58, 1))`;

const COMMON_COLUMNS: RecordMapping['columns'] = {
  refused: `multiIf(damage != '', damage, happened IS NOT NULL, '',
    ${field('ts')} = '', 'no ts', concat('no readable time "', ${field('ts')}, '"'))`,
  ignored: `damage = '' AND log IN ${sqlList(IGNORED_LOGS)}`,
  time: 'happened',
  kind: `transform(log, ${sqlList(Object.keys(LOGS))}, ${sqlList(Object.values(LOGS).map(({ kind }) => kind))}, 'other')`,
  record_type: 'log',
  src_ip: firstSet('id.orig_h', 'client_addr'),
  src_port: `toUInt16OrNull(${field('id.orig_p')})`,
  dst_ip: firstSet('id.resp_h', 'server_addr'),
  dst_port: `toUInt16OrNull(${field('id.resp_p')})`,
  proto: PROTO,
  raw: 'shown',
};

/** Fields that the common columns hold, whatever the log. */
const COMMON_FIELDS = ['ts', '_path', 'id.orig_h', 'id.orig_p', 'id.resp_h', 'id.resp_p', 'proto'];

function byLog(expressionOf: (log: ZeekLog) => string | undefined, otherwise: string): string {
  const cases = Object.entries(LOGS).flatMap(([name, log]) => {
    const expression = expressionOf(log);
    return expression === undefined ? [] : [`log = ${sqlText(name)}, ${expression}`];
  });
  return cases.length === 0 ? otherwise : `multiIf(${[...cases, otherwise].join(',\n    ')})`;
}

/** One filter for all logs: the engine would run each of several over every record. */
function extra(): string {
  const consumed = Object.entries(LOGS).flatMap(([name, log]) => log.consumed.map((key) => `${name} ${key}`));
  const others = `mapFilter((name, value) -> value NOT IN ('', '[]') AND name NOT IN ${sqlList(COMMON_FIELDS)}
    AND concat(log, ' ', name) NOT IN ${sqlList(consumed)}, fields)`;
  const cases = Object.entries(LOGS).flatMap(([name, { extra }]) =>
    extra === undefined ? [] : [`log = ${sqlText(name)} AND ${extra.when}, mapConcat(${others}, ${extra.entries})`],
  );
  return `multiIf(${[...cases, others].join(',\n    ')})`;
}
