import type { AlertsQuestion } from '../../core/alerts/index.ts';
import { sortableInstant } from '../../kit/sortable-instant.ts';
import type { AlertFilter, AlertPage, InstantBounds } from '../../model/alert.ts';
import { badInput } from '../../model/errors.ts';
import type { RawQuery } from '../kit/raw-query.ts';
import type { Call } from './call.ts';
import type { Conditions } from './filter.ts';
import { UNIT_TYPE } from './mapping/audit-trail.ts';
import { instant, text, texts } from './operands.ts';
import { type Page, toRows } from './paging.ts';
import { restricting } from './routes/audit-trails.ts';
import { GLOBAL_UNIT } from './units.ts';

const bounds = { $lte: instant, $gte: instant };

/** Section 4.4. */
export const CONSOLIDATED_FIELDS = {
  status: { $in: texts },
  raised_timestamp: bounds,
  'parent_entity.id': { $eq: text },
  'parent_entity.type': { $eq: text },
} as const;

export const INDIVIDUAL_FIELDS = {
  ...CONSOLIDATED_FIELDS,
  type: { $in: texts },
  severity: { $in: texts },
  updated_timestamp: bounds,
  cleared_timestamp: bounds,
  consolidated_alert_id: { $eq: text },
  'primary_entity.id': { $eq: text },
  'primary_entity.type': { $eq: text },
  'primary_entity.value': { $contains: text },
} as const;

const SORTS = { raised_timestamp: 'raised', updated_timestamp: 'updated', cleared_timestamp: 'cleared' } as const;

/** How a list is sorted: what was asked for, and what it says of that. */
export interface Sorting extends Pick<AlertPage, 'sort' | 'order'> {
  readonly applied: string;
}

export const NEWEST_FIRST: Sorting = { sort: 'raised', order: 'desc', applied: '-raised_timestamp' };

/** Fails with `bad_request` for a field that lists are not sorted by. */
export function readSorting(query: RawQuery): Sorting {
  const asked = query.get('sort')?.at(-1)?.trim();
  if (asked === undefined) return NEWEST_FIRST;
  const field = asked.replace(/^-/, '');
  if (Object.hasOwn(SORTS, field)) {
    return { sort: SORTS[field as keyof typeof SORTS], order: asked === field ? 'asc' : 'desc', applied: asked };
  }
  throw badInput(
    'sort',
    asked,
    `invalid value for sort: must be one of ${Object.keys(SORTS).join(', ')}, - before it to descend`,
  );
}

export function alertsQuestion(
  call: Call,
  conditions: Conditions<typeof INDIVIDUAL_FIELDS>,
  { page, sorting }: { readonly page: Page; readonly sorting: Sorting },
): AlertsQuestion {
  const statuses = restricting(conditions.status?.$in);
  const types = restricting(conditions.type?.$in);
  const severities = restricting(conditions.severity?.$in);
  const parent = parentOf(call, conditions);
  const filter: AlertFilter = {
    ...(statuses && { statuses }),
    ...(types && { types }),
    ...(severities && { severities }),
    raised: boundsOf(conditions.raised_timestamp),
    updated: boundsOf(conditions.updated_timestamp),
    cleared: boundsOf(conditions.cleared_timestamp),
    consolidatedId: conditions.consolidated_alert_id?.$eq,
    primaryId: conditions['primary_entity.id']?.$eq,
    primaryType: conditions['primary_entity.type']?.$eq,
    primaryValuePart: conditions['primary_entity.value']?.$contains,
    ...(parent && { parent }),
  };
  return { filter, page: { ...toRows(page), sort: sorting.sort, order: sorting.order } };
}

/** Only together: an id alone may be that of things of several types. */
function parentOf(
  { root }: Call,
  { 'parent_entity.id': id, 'parent_entity.type': type }: Conditions<typeof INDIVIDUAL_FIELDS>,
): AlertFilter['parent'] {
  if (id?.$eq === undefined && type?.$eq === undefined) return undefined;
  if (id?.$eq === undefined || type?.$eq === undefined) {
    const message = 'invalid filter: parent_entity.id and parent_entity.type go together';
    throw badInput(id?.$eq === undefined ? 'filter.parent_entity.type' : 'filter.parent_entity.id', undefined, message);
  }
  const isGlobal = type.$eq === UNIT_TYPE && id.$eq === GLOBAL_UNIT.id;
  return { id: isGlobal ? root.uuid : id.$eq, type: type.$eq };
}

function boundsOf(condition: { readonly $lte?: number; readonly $gte?: number } | undefined): InstantBounds {
  const { $gte: from, $lte: to } = condition ?? {};
  return {
    ...(from !== undefined && { from: sortableInstant(from) }),
    ...(to !== undefined && { to: sortableInstant(to) }),
  };
}
