import type { StoredEvent } from '../../../../model/stored-event.ts';
import { hostMembers } from './host-members.ts';
import { present } from './present.ts';

/** `source_…` of an event (section 2.9). */
export function sourceOf(event: StoredEvent): Record<string, unknown> {
  const { client } = endsOf(event);
  return {
    ...endpoint('source', client.address || event.natIp, event.source),
    ...present({ source_port: client.port, source_username: event.user }),
  };
}

/** `destination_…` of an event. */
export function destinationOf(event: StoredEvent): Record<string, unknown> {
  const { server } = endsOf(event);
  return {
    ...endpoint('destination', server.address, event.domain || server.address),
    ...present({ destination_port: server.port }),
  };
}

/** Sensors log addresses of packets, and the packet may be an answer: then it began where the packet went. */
function endsOf({ source, srcIp, srcPort, dstIp, dstPort }: StoredEvent) {
  const [sender, receiver] = [
    { address: srcIp, port: srcPort },
    { address: dstIp, port: dstPort },
  ];
  const isReply = srcIp !== source && dstIp !== '' && dstIp === source;
  return isReply ? { client: receiver, server: sender } : { client: sender, server: receiver };
}

/** Members that every end has; `name` is what it is shown by, `canonical` what tells it best. */
function endpoint(prefix: string, address: string, name: string): Record<string, unknown> {
  const members = { name, canonical: address || name, address, ...hostMembers(name) };
  return present(Object.fromEntries(Object.entries(members).map(([member, value]) => [`${prefix}_${member}`, value])));
}
