import type { Random } from '../../kit/random.ts';

export type EveEvent = Readonly<Record<string, unknown>>;

/** The two ends of a connection as the sensor sees its first packet. */
export interface Conversation {
  readonly flowId: number;
  readonly source: string;
  readonly sourcePort: number;
  readonly destination: string;
  readonly port: number;
  readonly proto: 'TCP' | 'UDP';
}

export function conversation(random: Random, ends: Omit<Conversation, 'flowId' | 'sourcePort'>): Conversation {
  // Sixteen digits, below 2^53.
  const flowId = 1_000_000_000_000_000 + random.int(1_000_000_000) * 1_000_000 + random.int(1_000_000);
  return { ...ends, flowId, sourcePort: random.between(49_152, 65_535) };
}

/** Microseconds, and an offset without colon (spec log-formats.md, 2.1). */
export function eveTime(time: number, random: Random): string {
  return `${new Date(time).toISOString().slice(0, 23)}${String(random.int(1000)).padStart(3, '0')}+0000`;
}

/** The keys that all events share, then the event's own. */
export function event(time: number, type: string, talk: Conversation, random: Random, own: EveEvent): EveEvent {
  return {
    timestamp: eveTime(time, random),
    flow_id: talk.flowId,
    in_iface: 'ens5',
    event_type: type,
    src_ip: talk.source,
    src_port: talk.sourcePort,
    dest_ip: talk.destination,
    dest_port: talk.port,
    proto: talk.proto,
    ip_v: talk.source.includes(':') ? 6 : 4,
    pkt_src: 'wire/pcap',
    ...own,
  };
}

interface FlowNumbers {
  /** Epoch milliseconds. */
  readonly start: number;
  readonly end: number;
  readonly sent: number;
  readonly received: number;
}

const APP_PROTOS: Readonly<Record<number, string>> = { 53: 'dns', 80: 'http', 443: 'tls' };

/** A flow's record carries the time of its end. */
export function flowEvent({ start, end, sent, received }: FlowNumbers, talk: Conversation, random: Random): EveEvent {
  const answered = received > 60;
  return event(Math.max(start, end), 'flow', talk, random, {
    app_proto: APP_PROTOS[talk.port] ?? 'failed',
    flow: {
      pkts_toserver: Math.ceil(sent / 900),
      pkts_toclient: Math.ceil(received / 1_300),
      bytes_toserver: sent,
      bytes_toclient: received,
      start: eveTime(Math.min(start, end), random),
      end: eveTime(end, random),
      age: Math.max(0, Math.floor((end - start) / 1000)),
      state: answered ? 'closed' : 'new',
      reason: 'timeout',
      alerted: false,
    },
    ...(talk.proto === 'TCP'
      ? { tcp: { tcp_flags: answered ? '1b' : '02', syn: true, state: answered ? 'closed' : 'syn_sent' } }
      : {}),
  });
}
