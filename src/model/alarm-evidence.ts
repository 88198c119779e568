import { ALARM_ENDPOINTS, ALARM_EVENTS, type AlarmEndpoint, type AlarmEvidence } from './alarm.ts';
import type { EventPosition } from './event.ts';

/** Evidence and nothing else, its members in one order and its lists sorted: equal evidence is equal JSON. */
export function evidenceOf(evidence: AlarmEvidence): AlarmEvidence {
  return combineEvidence([evidence]);
}

/**
 * Disjoint evidence, at least one piece, as a whole. In which order it comes makes no difference, up to the endpoints: of
 * those that no longer had a place among ALARM_ENDPOINTS in one piece, the count of that piece is lost.
 */
export function combineEvidence(parts: readonly AlarmEvidence[]): AlarmEvidence {
  return {
    events: parts.reduce((sum, { events }) => sum + events, 0),
    firstEventUs: parts.reduce((first, { firstEventUs }) => Math.min(first, firstEventUs), Number.POSITIVE_INFINITY),
    lastEventUs: parts.reduce((last, { lastEventUs }) => Math.max(last, lastEventUs), Number.NEGATIVE_INFINITY),
    positions: earliest(parts.flatMap((part) => part.positions)),
    sources: mostFrequent(parts.flatMap((part) => part.sources)),
    destinations: mostFrequent(parts.flatMap((part) => part.destinations)),
    sensors: [...new Set(parts.flatMap((part) => part.sensors))].sort(),
  };
}

function earliest(positions: readonly EventPosition[]): EventPosition[] {
  return positions
    .map(({ timeUs, seq, row }) => ({ timeUs, seq, row }))
    .sort((a, b) => a.timeUs - b.timeUs || a.seq - b.seq || a.row - b.row)
    .slice(0, ALARM_EVENTS);
}

function mostFrequent(endpoints: readonly AlarmEndpoint[]): AlarmEndpoint[] {
  const merged = new Map<string, AlarmEndpoint>();
  for (const { address, name, events } of endpoints) {
    const key = JSON.stringify([address, name]);
    merged.set(key, { address, name, events: events + (merged.get(key)?.events ?? 0) });
  }
  return [...merged.values()]
    .sort((a, b) => b.events - a.events || inOrder(a.address, b.address) || inOrder(a.name, b.name))
    .slice(0, ALARM_ENDPOINTS);
}

function inOrder(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}
