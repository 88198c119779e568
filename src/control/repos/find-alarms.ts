import { type Expression, type ExpressionBuilder, type SqlBool, sql } from 'kysely';
import {
  type Alarm,
  type AlarmFilter,
  type AlarmPage,
  type AlarmSort,
  PRIORITY_LABELS,
  type PriorityLabel,
} from '../../model/alarm.ts';
import type { Tables } from '../tables.ts';
import type { Db } from '../transaction.ts';
import { alarmVersions, toAlarm } from './alarm-versions.ts';

export interface AlarmSearch {
  readonly organizationIds: readonly number[];
  readonly filter: AlarmFilter;
  readonly page: AlarmPage;
}

/** Part of a list, and which list that was. */
export interface FoundAlarms {
  /** In the whole list. */
  readonly total: number;
  /** To be given with the next page, so that it is one of the same list. */
  readonly moment: number;
  readonly alarms: readonly Alarm[];
}

/**
 * Alarms of these organizations. A moment to come counts as now, and one of which too much has been forgotten as the oldest
 * that is known whole.
 */
export async function findAlarms(db: Db, { organizationIds, filter, page }: AlarmSearch): Promise<FoundAlarms> {
  const moment = await knownMoment(db, page.moment);
  const versions = db
    .selectFrom('alarms')
    .where('fromChange', '<=', moment)
    .where('toChange', '>', moment)
    .where((eb) => eb.and([oneOf(eb, 'organizationId', organizationIds), ...conditions(eb, filter)]));
  const { total } = await versions
    .select((eb) => eb.fn.countAll<number | string>().as('total'))
    .executeTakeFirstOrThrow();
  // Sorted first: what is long is read for one page alone.
  let wanted = versions.select(['id', 'fromChange']);
  for (const { field, order } of sortOf(page)) wanted = wanted.orderBy(SORT_COLUMNS[field], order);
  wanted = wanted.orderBy('id').limit(page.limit).offset(page.offset);
  let rows = alarmVersions(db).innerJoin(wanted.as('wanted'), (join) =>
    join.onRef('wanted.id', '=', 'alarms.id').onRef('wanted.fromChange', '=', 'alarms.fromChange'),
  );
  for (const { field, order } of sortOf(page)) rows = rows.orderBy(`alarms.${SORT_COLUMNS[field]}`, order);
  const found = await rows.orderBy('alarms.id').execute();
  return { total: Number(total), moment, alarms: found.map(toAlarm) };
}

const SORT_COLUMNS = {
  lastEvent: 'lastEventUs',
  received: 'receivedMs',
  priority: 'priority',
  status: 'status',
  intent: 'intent',
  strategy: 'strategy',
  method: 'method',
} as const satisfies Readonly<Record<AlarmSort['field'], keyof Tables['alarms']>>;

function sortOf({ sort }: AlarmPage): readonly AlarmSort[] {
  return sort.length === 0 ? [{ field: 'lastEvent', order: 'desc' }] : sort;
}

async function knownMoment(db: Db, asked: number | undefined): Promise<number> {
  const rows = await db
    .selectFrom('counters')
    .selectAll()
    .where('name', 'in', ['alarm_change', 'alarm_forgotten'])
    .execute();
  const counter = (name: string) => rows.find((row) => row.name === name)?.value ?? 0;
  const now = counter('alarm_change');
  return asked === undefined ? now : Math.max(counter('alarm_forgotten'), Math.min(asked, now));
}

type Builder = ExpressionBuilder<Tables, 'alarms'>;

function conditions(eb: Builder, filter: AlarmFilter): Expression<SqlBool>[] {
  const { statuses, suppressed, intents, strategies, methods, priorityLabels, sensors, fromMs, toMs } = filter;
  return [
    ...(statuses ? [oneOf(eb, 'status', statuses)] : []),
    ...(suppressed === undefined ? [] : [eb('suppressed', '=', suppressed ? 1 : 0)]),
    ...(intents ? [oneOf(eb, 'intent', intents)] : []),
    ...(strategies ? [oneOf(eb, 'strategy', strategies)] : []),
    ...(methods ? [oneOf(eb, 'method', methods)] : []),
    ...(priorityLabels ? [eb.or(priorityLabels.map((label) => hasPriority(eb, label)))] : []),
    ...(sensors ? [eb.or(sensors.map((sensor) => holds(eb, 'sensors', sensor)))] : []),
    ...(fromMs === undefined ? [] : [eb('lastEventUs', '>=', microseconds(fromMs))]),
    ...(toMs === undefined ? [] : [eb('lastEventUs', '<', microseconds(toMs + 1))]),
  ];
}

/** An empty list is no text of SQL; `eb.or([])` is false. */
function oneOf<Value extends string | number>(
  eb: Builder,
  column: 'organizationId' | 'status' | 'intent' | 'strategy' | 'method',
  values: readonly Value[],
): Expression<SqlBool> {
  return values.length === 0 ? eb.or([]) : eb(column, 'in', values as readonly never[]);
}

function hasPriority(eb: Builder, label: PriorityLabel): Expression<SqlBool> {
  const most = PRIORITY_LABELS[label];
  const below = Object.values(PRIORITY_LABELS).filter((other) => other < most);
  return eb.between('priority', Math.max(-1, ...below) + 1, most);
}

/** Whether a list in JSON has a text: said by what both databases compare letter by letter. */
export function holds(eb: Builder, column: 'sensors' | 'labels', value: string): Expression<SqlBool> {
  return eb(sql<string>`replace(${eb.ref(column)}, ${JSON.stringify(value)}, '')`, '!=', eb.ref(column));
}

/** What lies beyond what can be counted is as far away as can be counted. */
function microseconds(ms: number): number {
  const most = Number.MAX_SAFE_INTEGER;
  return Math.max(-most, Math.min(most, Math.trunc(ms) * 1000));
}
