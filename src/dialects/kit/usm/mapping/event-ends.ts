import type { StoredEvent } from '../../../../model/stored-event.ts';
import { hostMembers } from './host-members.ts';
import { present } from './present.ts';

/** `source_…` of an event (section 2.9). */
export function sourceOf(event: StoredEvent): Record<string, unknown> {
  return {
    ...endpoint('source', event.srcIp || event.natIp, event.source),
    ...present({ source_port: event.srcPort, source_username: event.user }),
  };
}

/** `destination_…` of an event. */
export function destinationOf(event: StoredEvent): Record<string, unknown> {
  return {
    ...endpoint('destination', event.dstIp, event.domain || event.dstIp),
    ...present({ destination_port: event.dstPort }),
  };
}

/** Members that every end has; `name` is what it is shown by, `canonical` what tells it best. */
function endpoint(prefix: string, address: string, name: string): Record<string, unknown> {
  const members = { name, canonical: address || name, address, ...hostMembers(name) };
  return present(Object.fromEntries(Object.entries(members).map(([member, value]) => [`${prefix}_${member}`, value])));
}
