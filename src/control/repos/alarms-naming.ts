import { HOUR_MS } from '../../kit/durations.ts';
import type { EventPosition } from '../../model/event.ts';
import type { EventNumber } from '../../model/event-id.ts';
import type { Db } from '../transaction.ts';
import { OPEN_END } from './alarm-versions.ts';

/** A stretch of event time, both ends inclusive. */
interface Stretch {
  readonly fromUs: number;
  toUs: number;
}

/**
 * Ids of the alarms that name each of these events of an organization, oldest alarm first. Only alarms that were going on
 * when one of the events happened are looked at.
 */
export async function alarmsNaming(
  db: Db,
  organizationId: number,
  positions: readonly EventPosition[],
): Promise<(event: EventNumber) => readonly string[]> {
  if (positions.length === 0) return () => [];
  const rows = await db
    .selectFrom('alarms')
    .innerJoin('alarmDetails as details', 'details.alarmId', 'alarms.id')
    .select(['alarms.id', 'details.positions'])
    .where('organizationId', '=', organizationId)
    .where('toChange', '=', OPEN_END)
    .where((eb) =>
      eb.or(
        stretchesOf(positions).map(({ fromUs, toUs }) =>
          eb.and([eb('firstEventUs', '<=', toUs), eb('lastEventUs', '>=', fromUs)]),
        ),
      ),
    )
    .orderBy('receivedMs')
    .orderBy('id')
    .execute();
  const ids = new Map<string, string[]>(positions.map((position) => [keyOf(position), []]));
  for (const { id, positions: named } of rows) {
    for (const position of JSON.parse(named) as EventPosition[]) ids.get(keyOf(position))?.push(id);
  }
  return (event) => ids.get(keyOf(event)) ?? [];
}

function keyOf({ seq, row }: EventNumber): string {
  return `${seq}/${row}`;
}

/** More would make the statement long; fewer would take in alarms between events that lie far apart. */
const MOST_STRETCHES = 100;

/** Stretches that hold all positions, with no more than so long between neighbours of one. */
function stretchesOf(positions: readonly EventPosition[]): Stretch[] {
  const times = positions.map(({ timeUs }) => timeUs).sort((a, b) => a - b);
  const span = (times.at(-1) ?? 0) - (times[0] ?? 0);
  const apart = Math.max(HOUR_MS * 1000, span / MOST_STRETCHES);
  const stretches: Stretch[] = [];
  for (const timeUs of times) {
    const last = stretches.at(-1);
    if (last !== undefined && timeUs - last.toUs <= apart) last.toUs = timeUs;
    else stretches.push({ fromUs: timeUs, toUs: timeUs });
  }
  return stretches;
}
