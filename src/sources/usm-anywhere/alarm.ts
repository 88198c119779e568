import { ALARM_ENDPOINTS, ALARM_INTENTS, ALARM_STATUSES, type Alarm, type AlarmEndpoint } from '../../model/alarm.ts';

type Json = Readonly<Record<string, unknown>>;

/** An alarm as another server answered it, before it belongs to anybody here. */
export interface RemoteAlarm extends Omit<Alarm, 'organizationId' | 'labels' | 'peerId'> {
  readonly document: Json;
}

/** An alarm, or why it cannot be read. */
export type ReadAlarm = { readonly alarm: RemoteAlarm } | { readonly fault: string };

const UUID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/** Deeper documents are nobody's alarms, and would exhaust whoever walks them. */
const DEEPEST = 32;

/** Sections 2.4 and 2.5 of usm.md. Id and time must be there; the rest is read as far as it is there. */
export function readRemoteAlarm(document: unknown): ReadAlarm {
  if (!isObject(document)) return { fault: 'an alarm is no object' };
  const id = textOf(document.uuid).toLowerCase();
  if (!UUID.test(id)) return { fault: `an alarm has no uuid, or one that is none: ${id.slice(0, 50)}` };
  if (!isShallow(document, DEEPEST)) return { fault: `alarm ${id} is nested more than ${DEEPEST} deep` };
  const occurredMs = instantOf(document.timestamp_occured);
  if (occurredMs === undefined) return { fault: `alarm ${id} has no timestamp_occured, or one that is none` };
  const sources = endpointsOf(document, 'sources', 'alarm_sources');
  return {
    alarm: {
      id,
      rule: ruleOf(document),
      groupKey: sources[0]?.address || sources[0]?.name || '',
      windowStartMs: occurredMs,
      events: countOf(document),
      firstEventUs: occurredMs * 1000,
      lastEventUs: occurredMs * 1000,
      positions: [],
      sources,
      destinations: endpointsOf(document, 'destinations', 'alarm_destinations'),
      sensors: sensorsOf(document),
      receivedMs: instantOf(document.timestamp_received) ?? occurredMs,
      ...marksOf(document),
      document,
    },
  };
}

/** What the other server says of its state. */
export function marksOf(document: Json): Pick<Alarm, 'status' | 'suppressed'> {
  const word = textOf(document.status).toLowerCase().replace(/[\s-]/g, '_');
  return {
    status: ALARM_STATUSES.find((status) => status === word) ?? 'open',
    suppressed: textOf(document.suppressed).toLowerCase() === 'true',
  };
}

/** The organization it says it is of, where it is another Belfry's (`x_att_tenantid`); '' otherwise. */
export function tenantOf(document: Json): string {
  return textOf(document.x_att_tenantid).toLowerCase();
}

function ruleOf(document: Json): Alarm['rule'] {
  const method = textOf(document.rule_method) || 'Unknown';
  const intent = textOf(document.rule_intent);
  return {
    id: textOf(document.rule_id) || method,
    title: textOf(document.rule_name) || method,
    author: textOf(document.rule_author),
    licence: textOf(document.rule_licence),
    intent: ALARM_INTENTS.find((known) => known === intent) ?? 'Environmental Awareness',
    strategy: textOf(document.rule_strategy),
    method,
    priority: priorityOf(document),
    techniques: textsOf(document.rule_attack_id),
    tactics: textsOf(document.rule_attack_tactic),
    muteSeconds: 0,
  };
}

/** A priority that is only named is in the middle of what the name stands for (section 7.7). */
const NAMED_PRIORITIES: Readonly<Record<string, number>> = { low: 17, medium: 50, high: 80, critical: 95 };

function priorityOf({ priority, priority_label: label }: Json): number {
  const given = textOf(priority) === '' ? Number.NaN : Number(priority);
  if (Number.isFinite(given)) return Math.round(Math.max(0, Math.min(given, 100)));
  return NAMED_PRIORITIES[textOf(label).toLowerCase()] ?? 0;
}

function countOf({ alarm_events_count: count, packet_data: ids, events }: Json): number {
  if (typeof count === 'number' && Number.isSafeInteger(count) && count >= 0) return count;
  const list = [ids, events].find(Array.isArray);
  return list?.length ?? 0;
}

function endpointsOf(document: Json, detailed: string, named: string): AlarmEndpoint[] {
  const list: unknown = document[detailed];
  const objects = Array.isArray(list) ? list.filter(isObject) : [];
  const endpoints = objects.map(({ address, name, event_count: events }) => ({
    address: textOf(address),
    name: textOf(name),
    events: typeof events === 'number' && Number.isSafeInteger(events) ? events : 0,
  }));
  const known = endpoints.filter(({ address, name }) => address !== '' || name !== '');
  const others = textsOf(document[named]).map((address) => ({ address, name: '', events: 0 }));
  return (known.length > 0 ? known : others).slice(0, ALARM_ENDPOINTS);
}

function sensorsOf(document: Json): string[] {
  const ids = [...textsOf(document.alarm_sensor_sources), ...textsOf(document.sensor_uuid)];
  return [...new Set(ids.map((id) => id.toLowerCase()))].sort().slice(0, 100);
}

/** Epoch milliseconds, as text or number (section 7.8), that are an instant in microseconds too. */
function instantOf(value: unknown): number | undefined {
  const text = textOf(value);
  const ms = /^-?\d{1,16}$/.test(text) ? Number(text) : Number.NaN;
  return Math.abs(ms) <= LATEST_MS ? ms : undefined;
}

const LATEST_MS = Math.floor(Number.MAX_SAFE_INTEGER / 1000);

/** Columns hold no NUL, and nothing endless. */
function textOf(value: unknown): string {
  if (typeof value === 'string') return value.replaceAll('\0', '\uFFFD').slice(0, 1000);
  return typeof value === 'number' || typeof value === 'boolean' ? String(value) : '';
}

function textsOf(value: unknown): string[] {
  return [value]
    .flat()
    .map(textOf)
    .filter((text) => text !== '');
}

function isShallow(value: unknown, levels: number): boolean {
  if (typeof value !== 'object' || value === null) return true;
  return levels > 0 && Object.values(value).every((member) => isShallow(member, levels - 1));
}

function isObject(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
