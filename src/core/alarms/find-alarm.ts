import { alarmById } from '../../control/repos/alarms.ts';
import type { Alarm } from '../../model/alarm.ts';
import type { Caller } from '../caller.ts';
import type { Context } from '../context.ts';
import { listOrganizations } from '../orgs/list-organizations.ts';
import { requirePermission } from '../permission.ts';
import { idText, noAlarm, requireKept } from './read-alarm.ts';

/** An alarm with the slug of its organization. */
export interface PlacedAlarm {
  readonly alarm: Alarm;
  readonly organization: string;
}

/** An alarm of any organization the caller reaches. Fails with `not_found`. Permission `alarms:read`. */
export async function findAlarm(context: Context, caller: Caller, id: string): Promise<PlacedAlarm> {
  requirePermission(caller, 'alarms:read');
  const slugs = new Map((await listOrganizations(context, caller)).map((placed) => [placed.id, placed.slug]));
  const alarm = requireKept(context, await alarmById(context.control.db, idText(id), [...slugs.keys()]), id);
  const organization = slugs.get(alarm.organizationId);
  if (organization === undefined) throw noAlarm(id);
  return { alarm, organization };
}
