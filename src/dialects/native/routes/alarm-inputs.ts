import { z } from 'zod';
import { ALARM_SORT_FIELDS, type AlarmFilter, type AlarmPage, type AlarmSort } from '../../../model/alarm.ts';
import { listItems } from '../../kit/raw-query.ts';
import { alarmStatus, priorityLabel } from '../alarm-schemas.ts';
import { limitParameter, slugParams } from './inputs.ts';

// Inputs that several routes about alarms take.

export const anyAlarmParams = z.object({ id: z.string().describe('Id of an alarm') });

export const alarmParams = slugParams.extend(anyAlarmParams.shape);

export const alarmLabelParams = alarmParams.extend({ labelId: z.string().describe('Id of a label') });

export const labelParams = slugParams.extend({ id: z.string().describe('Id of a label') });

export const labelInput = z.strictObject({ name: z.string().describe('Unique among the labels it defines') });

export const suppressionRuleParams = slugParams.extend({ id: z.string().describe('Id of a suppression rule') });

/** One value, or the same parameter several times. */
const texts = z.union([z.string(), z.array(z.string())]).transform((given) => [given].flat());

/** The same, and several values in one, separated by commas. */
function listOf<Item extends z.ZodType<unknown, string>>(item: Item) {
  return texts.transform(listItems).pipe(z.array(item).max(100));
}

const textList = texts.pipe(z.array(z.string()).max(100)).optional();

const when = z.iso
  .datetime({ offset: true, error: 'must be an ISO 8601 instant, such as 2026-01-31T00:00:00Z' })
  .transform((text) => Date.parse(text))
  .optional();

/** A whole number up to 2^53. */
const wholeNumber = z
  .string()
  .regex(/^\d{1,15}$/, 'must be a whole number')
  .transform(Number);

const sortField = z.enum(ALARM_SORT_FIELDS);

const sortItem = z.string().transform((text, context): AlarmSort => {
  const field = sortField.safeParse(text.replace(/^-/, ''));
  if (field.success) return { field: field.data, order: text.startsWith('-') ? 'desc' : 'asc' };
  context.addIssue(`must be one of ${ALARM_SORT_FIELDS.join(', ')}, with a - before it for descending`);
  return z.NEVER;
});

/** What of a list of alarms, and which part of it. */
export const alarmListQuery = z.strictObject({
  status: listOf(alarmStatus).optional(),
  suppressed: z.enum(['true', 'false']).optional().describe('Both where absent'),
  intent: textList,
  strategy: textList,
  method: textList,
  priority: listOf(priorityLabel).optional(),
  sensor: textList.describe('Format of a log'),
  from: when.describe('Last event at or after, ISO 8601'),
  to: when.describe('Last event at or before'),
  sort: listOf(sortItem).optional().describe('Fields, with - before them for descending; `-lastEvent` if not given'),
  limit: limitParameter(1000),
  offset: wholeNumber.optional(),
  moment: wholeNumber.optional().describe('Of an earlier page: the list as it was then'),
});

/** What the query asks for, in our words. */
export function alarmListOf(query: z.output<typeof alarmListQuery>): { filter: AlarmFilter; page: AlarmPage } {
  return {
    filter: {
      ...(query.status && { statuses: query.status }),
      ...(query.suppressed && { suppressed: query.suppressed === 'true' }),
      ...(query.intent && { intents: query.intent }),
      ...(query.strategy && { strategies: query.strategy }),
      ...(query.method && { methods: query.method }),
      ...(query.priority && { priorityLabels: query.priority }),
      ...(query.sensor && { sensors: query.sensor }),
      ...(query.from !== undefined && { fromMs: query.from }),
      ...(query.to !== undefined && { toMs: query.to }),
    },
    page: {
      sort: query.sort ?? [],
      limit: query.limit,
      offset: query.offset ?? 0,
      ...(query.moment !== undefined && { moment: query.moment }),
    },
  };
}
