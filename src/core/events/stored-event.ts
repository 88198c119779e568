import { commitTimes } from '../../control/ledger.ts';
import { alarmsNaming } from '../../control/repos/alarms-naming.ts';
import { lookUpIdentityLabels } from '../../events/queries/labels.ts';
import type { StoredEventRow } from '../../events/queries/stored-events.ts';
import type { StoredEvent } from '../../model/stored-event.ts';
import { toActivityEvent } from '../activity/activity-event.ts';
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
  const labels = await lookUpIdentityLabels(context.events, organizationId, [...names.identities.keys()]);
  const labelOf = (identity: number) => labels.get(String(identity)) ?? '';
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
