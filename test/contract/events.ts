import type { TestRecord } from '../records-format.ts';

/** Events that every dialect is read by: an hour of DNS requests, each for a domain of its own, many at the same instant. */
export const EVENTS_FROM = Date.parse('2025-12-31T23:30:00Z');
export const EVENTS_TO = Date.parse('2026-01-01T00:30:00Z');
export const EVENTS_TOTAL = 50;

/** In batches, as they come in; times do not follow the batches. */
export function eventBatches(): TestRecord[][] {
  const batches: TestRecord[][] = [[], [], []];
  for (let index = 0; index < EVENTS_TOTAL; index += 1) batches[index % batches.length]?.push(event(index));
  return batches;
}

function event(index: number): TestRecord {
  return {
    time: new Date(EVENTS_FROM + Math.floor(index / 10) * 600_000).toISOString(),
    kind: 'dns',
    domain: `host${String(index).padStart(2, '0')}.example`,
    query_type: 'A',
    return_code: 0,
    src_ip: `10.0.0.${index % 5}`,
    verdict: index % 4 === 0 ? 'blocked' : 'allowed',
    category_labels: index % 4 === 0 ? ['Phishing'] : ['News'],
  };
}
