import { type FoundAlarms, findAlarms } from '../../control/repos/find-alarms.ts';
import type { AlarmFilter, AlarmPage } from '../../model/alarm.ts';
import type { Scope } from '../../model/scope.ts';
import type { Context } from '../context.ts';
import { requirePermission } from '../permission.ts';
import { retainedSince } from '../retained-since.ts';
import { reachOf } from './reach-of.ts';

export interface AlarmList {
  readonly filter: AlarmFilter;
  readonly page: AlarmPage;
}

/** Alarms of the scope's organization alone, as far back as the retention goes. Permission `alarms:read`. */
export async function listAlarms(context: Context, scope: Scope, list: AlarmList): Promise<FoundAlarms> {
  requirePermission(scope, 'alarms:read');
  return findKept(context, [scope.organization.id], list);
}

export interface CustomerAlarmList extends AlarmList {
  /** Those of these organizations alone; out of reach, they have none. */
  readonly organizationIds?: readonly number[] | undefined;
}

/** The same of the scope's organization and of all below it. Permission `alarms:read`. */
export async function listAlarmsOfCustomers(
  context: Context,
  scope: Scope,
  { organizationIds: asked, ...list }: CustomerAlarmList,
): Promise<FoundAlarms> {
  requirePermission(scope, 'alarms:read');
  const reach = await reachOf(context.control.db, scope.organization.id);
  const organizationIds = asked === undefined ? reach : reach.filter((id) => asked.includes(id));
  return findKept(context, organizationIds, list);
}

function findKept(
  context: Context,
  organizationIds: readonly number[],
  { filter, page }: AlarmList,
): Promise<FoundAlarms> {
  const sinceMs = retainedSince(context);
  const kept = sinceMs === 0 ? filter : { ...filter, fromMs: Math.max(filter.fromMs ?? sinceMs, sinceMs) };
  return findAlarms(context.control.db, { organizationIds, filter: kept, page });
}
