import { isDeepStrictEqual } from 'node:util';
import type { Alarm } from '../../model/alarm.ts';
import { pulledAlarmId } from '../../model/alarm-id.ts';
import type { Trx } from '../transaction.ts';
import { type AlarmChange, currentAlarms, writeAlarms } from './alarm-versions.ts';

/** An alarm as a peer answered it. Labels are put on it here. */
export interface PulledAlarm extends Omit<Alarm, 'labels'> {
  readonly peerId: string;
  readonly document: Readonly<Record<string, unknown>>;
}

/** What both the peer and people here may change. */
export type PulledMarks = Pick<Alarm, 'status' | 'suppressed'>;

export interface PutPulledOptions extends AlarmChange {
  /** What a document that was stored says. */
  readonly marksIn: (document: Readonly<Record<string, unknown>>) => PulledMarks;
  /** Whether a new alarm arrives hidden, and then closed as well; none where absent. */
  readonly suppressedBy?: (alarm: Alarm) => boolean;
}

/**
 * Keeps alarms of peers, each exactly once: a document that is stored already changes nothing. What the peer changed since
 * its last document holds; what it left alone stays as people here made it.
 *
 * An alarm keeps the id its peer gave it, unless another alarm here has that: no peer writes over what is not its own.
 *
 * @returns alarms that are new or different
 */
export async function putPulledAlarms(
  trx: Trx,
  pulled: readonly PulledAlarm[],
  { change, nowMs, ...options }: PutPulledOptions,
): Promise<readonly Alarm[]> {
  // A peer may repeat itself: the later word holds.
  const latest = new Map(pulled.map((alarm) => [`${alarm.peerId}/${alarm.id}`, alarm]));
  const known = await currentAlarms(trx, [...latest.values()].flatMap(idsOf));
  const written = new Map<string, Alarm>();
  for (const alarm of latest.values()) {
    const alarmWith = (id: string) => written.get(id) ?? known.get(id);
    const id = idsOf(alarm).find((candidate) => isFree(alarmWith(candidate), alarm));
    if (id === undefined) continue;
    const before = alarmWith(id);
    const after = before === undefined ? arrived({ ...alarm, id }, options) : merged({ ...alarm, id }, before, options);
    if (after !== before) written.set(id, after);
  }
  await writeAlarms(trx, { change, nowMs }, [...written.values()]);
  return [...written.values()];
}

function idsOf(alarm: PulledAlarm): [string, string] {
  return [alarm.id, pulledAlarmId(alarm)];
}

/** Whether an id belongs to nobody, or to this alarm. */
function isFree(holder: Alarm | undefined, { peerId, organizationId }: PulledAlarm): boolean {
  return holder === undefined || (holder.peerId === peerId && holder.organizationId === organizationId);
}

type Options = Omit<PutPulledOptions, keyof AlarmChange>;

function arrived(pulled: PulledAlarm, { suppressedBy = () => false }: Options): Alarm {
  const alarm: Alarm = { ...pulled, labels: [] };
  return suppressedBy(alarm) ? { ...alarm, suppressed: true, status: 'closed' } : alarm;
}

function merged(alarm: PulledAlarm, before: Alarm, { marksIn }: Options): Alarm {
  if (isDeepStrictEqual(before.document, alarm.document)) return before;
  const said = marksIn(before.document ?? {});
  return {
    ...alarm,
    receivedMs: before.receivedMs,
    labels: before.labels,
    status: alarm.status === said.status ? before.status : alarm.status,
    suppressed: alarm.suppressed === said.suppressed ? before.suppressed : alarm.suppressed,
  };
}
