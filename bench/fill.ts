import type { EventStore } from '../src/events/client.ts';

export interface Fill {
  readonly organizationId: number;
  readonly events: number;
  readonly days: number;
  readonly domains: number;
  /** Epoch milliseconds of the last event. */
  readonly endMs: number;
}

const CHUNK = 500_000;

/**
 * Fills the store with DNS events made by the engine itself: few domains often and many rarely, 400 laptops in five sites,
 * every 37th domain blocked. They enter where records do once they are mapped, so that rollups and labels fill too.
 */
export async function fillWithDns(store: EventStore, fill: Fill): Promise<void> {
  const startMs = fill.endMs - fill.days * 86_400_000;
  for (let from = 0; from < fill.events; from += CHUNK) {
    await store.command(FILL_SQL, {
      org: fill.organizationId,
      seq: Math.floor(from / CHUNK) + 1,
      from,
      count: Math.min(CHUNK, fill.events - from),
      start_us: startMs * 1000,
      step_us: Math.floor((fill.days * 86_400_000_000) / fill.events),
      domains: fill.domains,
    });
  }
}

const FILL_SQL = `INSERT INTO mapped (org, time, seq, row, kind, format, record_type, verdict, src_ip, nat_ip, domain, query_type,
  return_code, identity_ids, identity_types, identities, categories, policy_categories, event_types, raw, fate)
WITH {from:UInt64} + number AS n,
  toUInt64({domains:UInt64} * pow(rand(1) / 4294967296, 3)) AS d,
  d % 37 = 36 AS is_blocked, rand(2) % 400 AS laptop,
  [('LAPTOP-' || toString(laptop), 'roaming'), ('Office ' || toString(laptop % 5), 'site')]::Array(Tuple(label String, type String)) AS who
SELECT {org:UInt32}, fromUnixTimestamp64Micro(toInt64({start_us:Int64} + n * {step_us:Int64}), 'UTC'), {seq:UInt64}, number, 'dns', 'bench',
  'dnslogs', if(is_blocked, 'blocked', 'allowed'), '10.10.' || toString(intDiv(laptop, 250)) || '.' || toString(laptop % 250),
  '203.0.113.' || toString(laptop % 5), 'host' || toString(d % 11) || '.domain' || toString(d) || '.example',
  if(n % 3 = 0, 'AAAA', 'A'), if(n % 20 = 0, 3, 0),
  arrayMap(i -> bitAnd(sipHash64({org:UInt32}, i.2, i.1), 9007199254740991), who), arrayMap(i -> i.2, who), who,
  if(is_blocked, [26, 123, 66], [26, toUInt32(120 + d % 40)]), if(is_blocked, [66], []),
  if(is_blocked, ['domain_security'], []), '', 'stored'
FROM numbers({count:UInt64})`;
