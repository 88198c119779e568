import { ALARM_STATUSES, type AlarmFilter, PRIORITY_LABELS, type PriorityLabel } from '../../../model/alarm.ts';
import type { RawQuery } from '../raw-query.ts';
import type { SortFields } from './paging.ts';
import { flagOf, textsOf, timesOf, wordsOf } from './parameters.ts';

/** Sort fields of alarms (section 2.2). */
export const ALARM_SORT = {
  timestamp_occured: 'lastEvent',
  timestamp_received: 'received',
  priority: 'priority',
  status: 'status',
  rule_intent: 'intent',
  rule_strategy: 'strategy',
  rule_method: 'method',
} as const satisfies SortFields<string>;

/** The filters of section 2.3 but for the sensor, which only its organization can name. Words not known match nothing. */
export function alarmFilterOf(query: RawQuery): AlarmFilter {
  const statuses = wordsOf(query, 'status');
  const labels = wordsOf(query, 'priority_label');
  const suppressed = flagOf(query, 'suppressed');
  const intents = textsOf(query, 'rule_intent');
  const strategies = textsOf(query, 'rule_strategy');
  const methods = textsOf(query, 'rule_method');
  return {
    ...(statuses && { statuses: ALARM_STATUSES.filter((status) => statuses.includes(status)) }),
    ...(labels && { priorityLabels: LABELS.filter((label) => labels.includes(label)) }),
    ...(suppressed !== undefined && { suppressed }),
    ...(intents && { intents }),
    ...(strategies && { strategies }),
    ...(methods && { methods }),
    ...timesOf(query),
  };
}

const LABELS = Object.keys(PRIORITY_LABELS) as PriorityLabel[];
