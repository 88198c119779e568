import { z } from 'zod';
import { ALARM_INTENTS, ALARM_STATUSES, PRIORITY_LABELS, type PriorityLabel } from '../../model/alarm.ts';
import { count, instant, named } from './schemas.ts';

export const alarmStatus = z.enum(ALARM_STATUSES);

export const priorityLabel = z.enum(Object.keys(PRIORITY_LABELS) as [PriorityLabel, ...PriorityLabel[]]);

const endpoint = named(
  'AlarmEndpoint',
  z.object({
    address: z.string().describe('IP address; empty where only a name is known'),
    name: z.string().describe('Host, domain or identity; empty where only an address is known'),
    events: count,
  }),
);

const alarmRule = named(
  'AlarmRule',
  z.object({
    id: z.string(),
    title: z.string(),
    author: z.string(),
    licence: z.string(),
    intent: z.enum(ALARM_INTENTS),
    strategy: z.string(),
    method: z.string(),
    priority: z.int().min(0).max(100),
    priorityLabel,
    techniques: z.array(z.string()).describe('MITRE ATT&CK ids'),
    tactics: z.array(z.string()),
    muteSeconds: count.describe('Matches within one stretch of this length are one alarm'),
  }),
);

export const alarm = named(
  'Alarm',
  z.object({
    id: z.string(),
    organization: z.string().describe('Slug'),
    status: alarmStatus,
    suppressed: z.boolean(),
    labels: z.array(z.string()).describe('Ids, in the order they were attached'),
    rule: alarmRule.describe('As it was when the alarm was raised'),
    groupKey: z
      .string()
      .describe('What the events have in common: the client’s address unless the rule says otherwise'),
    windowStart: instant,
    events: count,
    firstEventAt: instant,
    lastEventAt: instant,
    receivedAt: instant.describe('When it was raised'),
    sources: z.array(endpoint).describe('Most frequent first, at most 50'),
    destinations: z.array(endpoint).describe('Likewise'),
    sensors: z.array(z.string()).describe('Formats of the logs that saw it'),
    peerId: z.string().nullable().describe('The server it was pulled from; null for our own'),
  }),
);

export const alarmDetail = named(
  'AlarmDetail',
  alarm.extend({
    eventIds: z.array(z.string()).describe('The earliest events, at most 100'),
    document: z.record(z.string(), z.unknown()).nullable().describe('As the other server answered it'),
  }),
);

export const alarmNote = named(
  'AlarmNote',
  z.object({ id: z.string(), text: z.string(), author: z.string(), createdAt: instant }),
);

export const alarmDeed = named(
  'AlarmDeed',
  z.object({
    at: instant,
    by: z.string(),
    action: z.string().describe('`alarm.change`, `alarm.attach_label`, `alarm.add_note` …'),
    detail: z.record(z.string(), z.unknown()),
  }),
);

export const label = named(
  'Label',
  z.object({
    id: z.string(),
    name: z.string(),
    isInherited: z.boolean().describe('Defined above this organization, and changed there alone'),
    createdAt: instant,
  }),
);

const text = z.string().optional();

export const suppressionMatch = named(
  'SuppressionMatch',
  z
    .strictObject({
      ruleId: text,
      intent: text,
      strategy: text,
      method: text,
      source: text.describe('Address or name of any source'),
      destination: text,
    })
    .describe('Hides alarms of which all members that are given are so; at least one'),
);

export const suppressionRule = named(
  'SuppressionRule',
  z.object({ id: z.string(), name: z.string(), match: suppressionMatch, enabled: z.boolean(), createdAt: instant }),
);

export const appliedSuppressionRule = named(
  'AppliedSuppressionRule',
  suppressionRule.extend({ suppressed: count.describe('Alarms of the last 24 hours that it has just hidden') }),
);
