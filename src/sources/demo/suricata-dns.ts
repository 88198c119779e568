import type { Random } from '../../kit/random.ts';
import type { Period } from './schedule.ts';
import { conversation, type EveEvent, event } from './suricata-event.ts';
import type { Visit } from './traffic.ts';

/** A question and, nearly always, its answer (spec log-formats.md, 2.3). */
export function dnsEvents(visit: Visit, version: 2 | 3, period: Period, random: Random): EveEvent[] {
  const { device, queryType: rrtype, host: rrname } = visit;
  const talk = conversation(random, {
    source: device.address,
    destination: device.office.resolver,
    port: 53,
    proto: 'UDP',
  });
  const id = random.int(65_536);
  const question = version === 3 ? { queries: [{ rrname, rrtype }] } : { rrname, rrtype };
  const [asks, answers] = version === 3 ? ['request', 'response'] : ['query', 'answer'];
  const events = [
    event(visit.time, 'dns', talk, random, {
      tx_id: 0,
      dns: {
        version,
        type: asks,
        tx_id: 0,
        id,
        flags: '100',
        rd: true,
        opcode: 0,
        ...(version === 3 ? { rcode: 'NOERROR' } : {}),
        ...question,
      },
    }),
  ];
  if (random.chance(0.03)) return events;
  const found = answersOf(visit);
  const dns = {
    version,
    type: answers,
    tx_id: version === 3 ? 0 : 1,
    id,
    flags: '8180',
    qr: true,
    rd: true,
    ra: true,
    opcode: 0,
    rcode: visit.rcode,
    ...question,
    ...(found.length > 0 ? { answers: found } : { authorities: [{ rrname: 'example', rrtype: 'SOA', ttl: 900 }] }),
  };
  const time = Math.min(visit.time + random.between(1, 60), period.end - 1);
  events.push(event(time, 'dns', talk, random, { dns }));
  return events;
}

interface Answer {
  readonly rrname: string;
  readonly rrtype: string;
  readonly ttl: number;
  readonly rdata: string;
}

function answersOf({ site, host, queryType, rcode }: Visit): Answer[] {
  if (rcode !== 'NOERROR') return [];
  const address = queryType === 'A' ? site.address : queryType === 'AAAA' ? site.address6 : null;
  if (address !== null) {
    const alias = `edge.${site.domain}`;
    // Hosts beside `www` are aliases of the site's edge.
    return host.startsWith('www.')
      ? [{ rrname: host, rrtype: queryType, ttl: 300, rdata: address }]
      : [
          { rrname: host, rrtype: 'CNAME', ttl: 600, rdata: alias },
          { rrname: alias, rrtype: queryType, ttl: 60, rdata: address },
        ];
  }
  if (queryType === 'TXT') return [{ rrname: host, rrtype: 'TXT', ttl: 3600, rdata: 'v=spf1 -all' }];
  if (queryType === 'MX') return [{ rrname: host, rrtype: 'MX', ttl: 3600, rdata: `mx1.${site.domain}` }];
  return [];
}
