import type { EventKind, EventPosition, Verdict } from '../../model/event.ts';
import type { EventFilter, PageRequest, TimeRange } from '../../model/query.ts';
import type { EventStore } from '../client.ts';
import { Conditions } from './condition.ts';
import { filterSql, rangeSql } from './filter.ts';

/** Columns of table `events` that activity needs, as the engine gives them. */
export interface ActivityRow {
  time_us: number;
  seq: number;
  row: number;
  kind: EventKind;
  verdict: Verdict;
  src_ip: string;
  src_port: number | null;
  nat_ip: string;
  dst_ip: string;
  dst_port: number | null;
  proto: number | null;
  domain: string;
  query_type: string;
  return_code: number | null;
  url: string;
  method: string;
  status: number | null;
  bytes_in: number | null;
  bytes_out: number | null;
  packet_size: number | null;
  user_agent: string;
  referer: string;
  content_type: string;
  file_name: string;
  sha256: string;
  identity_ids: number[];
  identity_types: string[];
  categories: number[];
  policy_categories: number[];
  application_ids: number[];
  threats: string[];
  threat_types: string[];
  rule_id: number;
  rule_set_id: number;
  signature_generator_id: number;
  signature_id: number;
  signature_list_id: number;
  signature: string;
  classification: string;
  severity: number;
  cves: string[];
  session_id: number;
  amp_disposition: string;
  amp_score: number;
  antivirus_threats: string[];
  isolated_state: string;
  isolated_file_action: string;
  data_loss_state: string;
  http_errors: string[];
  security_overridden: boolean;
  tenant_controls: boolean;
  bundle_id: number;
  destination_list_ids: number[];
  direction: string;
  extra: Record<string, string>;
}

type Column = Exclude<keyof ActivityRow, 'time_us'>;

const EVERY_KIND: readonly Column[] = ['seq', 'row', 'kind', 'verdict', 'identity_ids', 'identity_types', 'categories'];
const NAMED: readonly Column[] = [
  'src_ip',
  'nat_ip',
  'domain',
  'policy_categories',
  'application_ids',
  'threats',
  'threat_types',
];
const FLOW: readonly Column[] = ['src_ip', 'src_port', 'dst_ip', 'dst_port', 'proto'];

/** What each kind of event fills; a page reads only the columns of the kinds it may hold, for each costs time. */
const COLUMNS: Readonly<Partial<Record<EventKind, readonly Column[]>>> = {
  dns: [...NAMED, 'query_type', 'return_code'],
  web: [
    ...NAMED,
    'dst_ip',
    'src_port',
    'dst_port',
    'url',
    'method',
    'status',
    'bytes_in',
    'bytes_out',
    'user_agent',
    'referer',
    'content_type',
    'file_name',
    'sha256',
    'rule_id',
    'rule_set_id',
    'amp_disposition',
    'amp_score',
    'antivirus_threats',
    'isolated_state',
    'isolated_file_action',
    'data_loss_state',
    'http_errors',
    'security_overridden',
    'tenant_controls',
    'bundle_id',
    'destination_list_ids',
    'extra',
  ],
  firewall: [...FLOW, 'application_ids', 'rule_id', 'packet_size', 'direction', 'extra'],
  intrusion: [
    ...FLOW,
    'classification',
    'severity',
    'signature',
    'signature_generator_id',
    'signature_id',
    'signature_list_id',
    'cves',
    'session_id',
    'rule_id',
    'extra',
  ],
  ip: FLOW,
};

/** The columns a page over `kinds` reads; kinds not listed above bring none of their own. */
export function activityColumns(kinds: readonly EventKind[]): Column[] {
  return [...new Set([...EVERY_KIND, ...kinds.flatMap((kind) => COLUMNS[kind] ?? [])])];
}

/** One page of events in the total order (time, seq, row). Columns that the kinds asked for do not have are absent. */
export async function readActivity(
  store: EventStore,
  organizationId: number,
  query: {
    readonly range: TimeRange;
    readonly filter: EventFilter;
    readonly kinds: readonly EventKind[];
    readonly page: PageRequest;
  },
): Promise<Partial<ActivityRow>[]> {
  const range = rangeSql(query.range);
  const filter = filterSql({ ...query.filter, kinds: query.kinds });
  const place = pagePlace(query.page);
  const direction = query.page.order === 'asc' ? 'ASC' : 'DESC';
  return store.query<Partial<ActivityRow>>(
    `SELECT toUnixTimestamp64Micro(time) AS time_us, ${activityColumns(query.kinds).join(', ')}
    FROM events WHERE org = {org:UInt32} AND ${range.sql} AND ${filter.sql} AND ${place.sql}
    ORDER BY org ${direction}, time ${direction}, seq ${direction}, row ${direction}
    LIMIT {limit:UInt32} OFFSET {offset:UInt64}`,
    {
      ...range.parameters,
      ...filter.parameters,
      ...place.parameters,
      org: organizationId,
      limit: query.page.limit,
      offset: query.page.offset,
    },
  );
}

function pagePlace(page: PageRequest) {
  const conditions = new Conditions('p');
  if (page.horizon !== undefined) conditions.add(`seq <= ${conditions.bind('UInt64', page.horizon)}`);
  if (page.after !== undefined) addAfter(conditions, page.after, page.order === 'asc' ? '>' : '<');
  return conditions.build();
}

function addAfter(conditions: Conditions, after: EventPosition, sign: '<' | '>'): void {
  const time = `fromUnixTimestamp64Micro(${conditions.bind('Int64', after.timeUs)}, 'UTC')`;
  const seq = conditions.bind('UInt64', after.seq);
  const row = conditions.bind('UInt32', after.row);
  // The first comparison lets the primary key skip what is already read; the second is exact.
  conditions.add(`time ${sign}= ${time}`);
  conditions.add(`(time, seq, row) ${sign} (${time}, ${seq}, ${row})`);
}
