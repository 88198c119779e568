import type { EventStore } from '../src/events/client.ts';

const BATCH = 1_000_000;

export interface Fill {
  readonly organizationId: number;
  readonly events: number;
  readonly startMs: number;
  readonly days: number;
}

/**
 * Fills an organization with made-up traffic, spread evenly over some days: 300,000 destinations as popular as names on the
 * Internet are, 500 computers on five sites, 60 categories. Written by the engine itself: ten million events in a minute.
 */
export async function fillEvents(
  store: EventStore,
  { organizationId: org, events, startMs, days }: Fill,
): Promise<void> {
  for (let from = 0; from < events; from += BATCH) {
    const count = Math.min(BATCH, events - from);
    const stepUs = (days * 86_400_000_000) / events;
    await store.command(EVENTS_SQL, { org, from, count, start_ms: startMs, step_us: stepUs });
  }
  await store.command(DESTINATION_LABELS_SQL);
  await store.command(IDENTITY_LABELS_SQL);
}

const EVENTS_SQL = `INSERT INTO events (org, time, seq, row, kind, verdict, src_ip, nat_ip, dst_ip, domain, query_type, url,
  bytes_in, bytes_out, content_type, file_name, sha256, identity_ids, identity_types, categories, policy_categories,
  application_ids, threats, threat_types)
SELECT {org:UInt32}, fromUnixTimestamp64Micro({start_ms:Int64} * 1000 + toInt64(number * {step_us:Float64}), 'UTC'), 1 + {from:UInt64},
  number - {from:UInt64},
  multiIf(dice % 20 < 14, 'dns', dice % 20 < 17, 'web', dice % 20 < 19, 'firewall', 'intrusion') AS what,
  multiIf(what = 'intrusion', 'detected', dice % 801 < 20, 'blocked', dice % 803 < 47, 'proxied', 'allowed') AS fate,
  concat('10.0.0.', toString(who % 250)), concat('203.0.113.', toString(who % 3)),
  concat('198.51.', toString(rank % 256), '.', toString(intDiv(rank, 256) % 200)),
  if(what IN ('dns', 'web'), concat('host', toString(rank), '.example', toString(rank % 1000), '.com'), '') AS name,
  if(what = 'dns', ['A', 'AAAA', 'HTTPS', 'MX'][1 + dice % 7 % 4], ''),
  if(what = 'web', concat('https://', name, '/p/', toString(rank % 50), '?q=', toString(number)), ''),
  if(what = 'web', dice % 100000, NULL), if(what = 'web', dice % 1000, NULL),
  if(what = 'web', ['text/html', 'image/png', 'application/json'][1 + rank % 3], ''),
  if(what = 'web' AND rank % 50 = 0, concat('f', toString(rank % 999), '.bin'), ''),
  if(what = 'web' AND rank % 100 = 0, lower(hex(SHA256(toString(rank % 999)))), ''),
  [1000 + who, 1 + who % 5], ['roaming', 'site'], arrayDistinct([rank % 60, rank % 37]),
  if(fate = 'blocked', [rank % 60], []), if(rank % 10 = 0, [100 + rank % 50], []),
  if(rank % 9000 = 1, ['Evil'], []), if(rank % 9000 = 1, ['Worm'], [])
FROM (
  SELECT number, cityHash64(number) AS dice, cityHash64(number, 'who') % 500 AS who,
    toUInt32(least(299999, floor(pow(300001, (cityHash64(number, 'rank') % 1000000007) / 1000000007)) - 1)) AS rank
  FROM numbers({from:UInt64}, {count:UInt64})
)`;

const DESTINATION_LABELS_SQL = `INSERT INTO labels (org, facet, key, label, type, categories, policy_categories)
SELECT org, 2, cityHash64(destination), any(destination), '', groupUniqArrayArray(categories),
  groupUniqArrayArray(policy_categories)
FROM events WHERE destination != '' GROUP BY org, destination`;

const IDENTITY_LABELS_SQL = `INSERT INTO labels (org, facet, key, label, type)
SELECT org, 3, id, concat('PC-', toString(id)), any(type) FROM events
ARRAY JOIN identity_ids AS id, identity_types AS type GROUP BY org, id`;
