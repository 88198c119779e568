import type { z } from 'zod';
import type { AlarmDeed } from '../../core/alarms/index.ts';
import {
  type Alarm,
  type AlarmEndpoint,
  type AlarmLabel,
  type AlarmNote,
  type AlarmRule,
  PRIORITY_LABELS,
  type PriorityLabel,
  type SuppressionRule,
} from '../../model/alarm.ts';
import type { EventIds } from '../../model/event-id.ts';
import type * as schemas from './alarm-schemas.ts';

// Model → wire, member by member: what is added to a model does not become public by itself.

/** @param organization slug of the alarm's organization */
export function toAlarm(model: Alarm, organization: string): z.input<typeof schemas.alarm> {
  const { id, status, suppressed, labels, groupKey, events, sensors, peerId } = model;
  return {
    id,
    organization,
    status,
    suppressed,
    labels: [...labels],
    rule: toRule(model.rule),
    groupKey,
    windowStart: instant(model.windowStartMs),
    events,
    firstEventAt: instant(model.firstEventUs / 1000),
    lastEventAt: instant(model.lastEventUs / 1000),
    receivedAt: instant(model.receivedMs),
    sources: model.sources.map(toEndpoint),
    destinations: model.destinations.map(toEndpoint),
    sensors: [...sensors],
    peerId,
  };
}

export function toAlarmDetail(
  model: Alarm,
  organization: string,
  eventIds: EventIds,
): z.input<typeof schemas.alarmDetail> {
  const { positions, document } = model;
  return {
    ...toAlarm(model, organization),
    eventIds: positions.map(eventIds.idOf),
    document: document && { ...document },
  };
}

function toRule(rule: AlarmRule): z.input<typeof schemas.alarm>['rule'] {
  const { id, title, author, licence, intent, strategy, method, priority, techniques, tactics, muteSeconds } = rule;
  return {
    id,
    title,
    author,
    licence,
    intent,
    strategy,
    method,
    priority,
    priorityLabel: labelOf(priority),
    techniques: [...techniques],
    tactics: [...tactics],
    muteSeconds,
  };
}

function labelOf(priority: number): PriorityLabel {
  const labels = Object.keys(PRIORITY_LABELS) as PriorityLabel[];
  return labels.find((label) => priority <= PRIORITY_LABELS[label]) ?? 'high';
}

function toEndpoint({ address, name, events }: AlarmEndpoint) {
  return { address, name, events };
}

function instant(ms: number): string {
  return new Date(ms).toISOString();
}

export function toAlarmNote({ id, text, author, createdAt }: AlarmNote): z.input<typeof schemas.alarmNote> {
  return { id, text, author, createdAt };
}

export function toAlarmDeed({ at, by, action, detail }: AlarmDeed): z.input<typeof schemas.alarmDeed> {
  return { at, by, action, detail: { ...detail } };
}

/** @param organizationId number of the organization that looks at it */
export function toLabel(model: AlarmLabel, organizationId: number): z.input<typeof schemas.label> {
  const { id, name, createdAt } = model;
  return { id, name, isInherited: model.organizationId !== organizationId, createdAt };
}

export function toSuppressionRule(model: SuppressionRule): z.input<typeof schemas.suppressionRule> {
  const { id, name, match, enabled, createdAt } = model;
  return { id, name, match: { ...match }, enabled, createdAt };
}
