import { alarmById } from '../../control/repos/alarms.ts';
import type { Alarm } from '../../model/alarm.ts';
import { AppError } from '../../model/errors.ts';
import type { Scope } from '../../model/scope.ts';
import type { Context } from '../context.ts';
import { requirePermission } from '../permission.ts';
import { retainedSince } from '../retained-since.ts';
import { reachOf } from './reach-of.ts';

/**
 * An alarm of the scope's organization. Fails with `not_found`, whatever the id is, and for what is older than the retention.
 * Permission `alarms:read`.
 */
export async function readAlarm(context: Context, scope: Scope, id: string): Promise<Alarm> {
  requirePermission(scope, 'alarms:read');
  return requireKept(context, await alarmById(context.control.db, idText(id), [scope.organization.id]), id);
}

/** The same of the scope's organization and all below it. */
export async function readAlarmOfCustomers(context: Context, scope: Scope, id: string): Promise<Alarm> {
  requirePermission(scope, 'alarms:read');
  const { db } = context.control;
  return requireKept(context, await alarmById(db, idText(id), await reachOf(db, scope.organization.id)), id);
}

const UUID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/** An id as it is stored, or what no object has for an id. */
export function idText(id: string): string {
  const text = id.toLowerCase();
  return UUID.test(text) ? text : '';
}

/** The alarm that was found by an id, unless there was none or it is older than the retention. */
export function requireKept(context: Context, alarm: Alarm | undefined, id: string): Alarm {
  if (alarm === undefined || alarm.lastEventUs < retainedSince(context) * 1000) throw noAlarm(id);
  return alarm;
}

export function noAlarm(id: string): AppError {
  return new AppError('not_found', {
    public: `there is no alarm ${id.slice(0, 64)}`,
    faults: [{ where: 'alarm', value: id.slice(0, 200), message: 'no alarm has this id' }],
  });
}
