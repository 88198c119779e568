import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type EventRow, openRowStore, type RowStore } from '../../../test/sigma/event-rows.ts';
import { compileCorrelation, parseRules, resolveCorrelations } from '../index.ts';

let rows: RowStore;
let seq = 0;
beforeAll(async () => {
  rows = await openRowStore();
});
afterAll(() => rows?.close());

const PARTS = `title: Lookup
id: lookup
logsource: {category: dns}
detection: {s: {query|endswith: .evil.top}, condition: s}
---
title: Download
id: download
logsource: {category: proxy}
detection: {s: {c-uri|endswith: .exe}, condition: s}
---
title: Correlation
id: correlation
correlation:
  timespan: 10m
`;

/** Events that complete the correlation, as `row key`. */
async function completing(correlation: string, events: readonly EventRow[]): Promise<string[]> {
  seq += 1;
  await rows.insert(seq, events);
  const parsed = parseRules(`${PARTS}  ${correlation.replaceAll('\n', '\n  ')}\n`, 'c.yml');
  const { correlations, problems } = resolveCorrelations(parsed.rules);
  expect([...parsed.problems, ...problems]).toEqual([]);
  const [resolved] = correlations;
  if (resolved === undefined) throw new Error('no correlation');
  const { completed, timespanMs } = compileCorrelation(resolved);
  expect(timespanMs).toBe(600_000);
  const sql = `SELECT row, key FROM (${completed('seq = {seq:UInt64}')}) ORDER BY time, row`;
  const found = await rows.store.query<{ row: number; key: string }>(sql, { seq });
  return found.map(({ row, key }) => `${row} ${key}`);
}

const lookup = (time: number, client: string, name = 'a') => ({
  kind: 'dns',
  time,
  src_ip: client,
  domain: `${name}.evil.top`,
});
const download = (time: number, client: string) => ({ kind: 'web', time, src_ip: client, url: 'http://h/x.exe' });

describe('a correlation', () => {
  it('counts events of a group within the time span that ends at each', async () => {
    const events = [0, 300, 600, 601, 2000].map((time) => lookup(time, 'A'));
    const rule = 'type: event_count\nrules: [lookup]\ngroup-by: [src_ip]\ncondition: {gte: 3}';
    expect(
      await completing(rule, [...events, lookup(300, 'B'), lookup(301, ''), lookup(302, ''), lookup(303, '')]),
    ).toEqual(['2 A', '3 A']);
    expect(
      await completing(rule.replace('group-by: [src_ip]', 'group-by: []'), [
        lookup(0, 'A'),
        lookup(1, 'B'),
        lookup(2, 'C'),
      ]),
    ).toEqual(['2 ']);
  });

  it('counts different values', async () => {
    const rule = 'type: value_count\nrules: [lookup]\ngroup-by: [src_ip]\ncondition: {gt: 1, field: query}';
    expect(
      await completing(rule, [lookup(0, 'A', 'x'), lookup(1, 'A', 'x'), lookup(2, 'A', 'y'), lookup(3, 'B', 'z')]),
    ).toEqual(['2 A']);
  });

  it('sees different rules together, in any order or in theirs', async () => {
    const rule =
      'type: temporal\nrules: [lookup, download]\ngroup-by: [client]\naliases: {client: {lookup: src_ip, download: c-ip}}';
    const events = [
      download(0, 'A'),
      lookup(10, 'A'),
      download(20, 'B'),
      download(700, 'A'),
      lookup(705, 'C'),
      download(706, 'C'),
    ];
    expect(await completing(rule, events)).toEqual(['1 A', '5 C']);
    expect(await completing(rule.replace('temporal', 'temporal_ordered'), events)).toEqual(['5 C']);
  });
});
