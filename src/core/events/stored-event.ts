import { commitTimes } from '../../control/ledger.ts';
import { alarmsNaming } from '../../control/repos/alarms-naming.ts';
import { lookUpNames } from '../../events/queries/labels.ts';
import type { StoredEventRow } from '../../events/queries/stored-events.ts';
import type { StoredEvent } from '../../model/stored-event.ts';
import { type Names, toActivityEvent } from '../activity/activity-event.ts';
import { namesOf } from '../activity/list-activity.ts';
import type { Context } from '../context.ts';

/** Rows of an organization as events, in the same order. */
export async function toStoredEvents(
  context: Context,
  organizationId: number,
  rows: readonly StoredEventRow[],
): Promise<StoredEvent[]> {
  const names = await namesOf(context, organizationId, rows);
  const received = await commitTimes(context.control.db, [...new Set(rows.map(({ seq }) => seq))]);
  const positions = rows.map(({ time_us: timeUs, seq, row }) => ({ timeUs, seq, row }));
  const alarmIdsOf = await alarmsNaming(context.control.db, organizationId, positions);
  const labelOf = await identityLabels(context, organizationId, names.identities);
  return rows.map((row) => ({
    ...toActivityEvent(row, names),
    format: row.format,
    recordType: row.record_type,
    name: row.name,
    source: labelOf(row.source_identity) || row.src_ip || row.nat_ip,
    user: labelOf(row.user_identity),
    raw: row.raw,
    receivedMs: received.get(row.seq) ?? Math.floor(row.time_us / 1000),
    alarmIds: alarmIdsOf(row),
  }));
}

/** Identities have their labels where traffic names them, the others elsewhere. */
async function identityLabels(
  { events }: Context,
  organizationId: number,
  known: Names['identities'],
): Promise<(identity: number) => string> {
  const nameless = [...known].filter(([, { label }]) => label === '').map(([key]) => key);
  const others = await lookUpNames(events, organizationId, 'otherIdentity', nameless);
  return (identity) => {
    const key = String(identity);
    return known.get(key)?.label || (others.get(key)?.label ?? '');
  };
}
