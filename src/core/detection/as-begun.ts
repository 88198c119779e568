import { isIP } from 'node:net';
import type { AlarmEndpoint } from '../../model/alarm.ts';

interface Ends {
  readonly sources: readonly AlarmEndpoint[];
  readonly destinations: readonly AlarmEndpoint[];
}

/**
 * The ends of an alarm, sources where it began. Sensors log addresses of packets, and where a packet was an answer they name
 * by its address whom it went to: then what they have as source is the destination, and the name of that is its own.
 */
export function asBegun(sources: readonly AlarmEndpoint[], destinations: readonly AlarmEndpoint[]): Ends {
  const receivers = new Set(destinations.map(({ address }) => address));
  const answers = sources.filter(({ name }) => isIP(name) !== 0 && receivers.has(name));
  if (answers.length === 0) return { sources, destinations };
  // By client; where several answered one, the one that did most often.
  const servers = new Map(answers.toReversed().map(({ address, name }) => [name, address]));
  return {
    sources: summed(sources.map((end) => (servers.has(end.name) ? { ...end, address: end.name, name: '' } : end))),
    destinations: summed(destinations.map((end) => ({ ...end, address: servers.get(end.address) ?? end.address }))),
  };
}

/** Each once, with all its events; most first. */
function summed(ends: readonly AlarmEndpoint[]): AlarmEndpoint[] {
  const sums = new Map<string, AlarmEndpoint>();
  for (const end of ends) {
    const key = JSON.stringify([end.address, end.name]);
    sums.set(key, { ...end, events: end.events + (sums.get(key)?.events ?? 0) });
  }
  return [...sums.values()].sort((a, b) => b.events - a.events);
}
