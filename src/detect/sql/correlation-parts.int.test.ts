import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openRowStore, type RowStore } from '../../../test/sigma/event-rows.ts';
import { correlationParts, parseRules, resolveCorrelations } from '../index.ts';

let rows: RowStore;
beforeAll(async () => {
  rows = await openRowStore();
});
afterAll(() => rows?.close());

const RULES = `title: Lookup
name: lookup
logsource: {category: dns}
detection: {s: {query|endswith: .evil.top}, condition: s}
---
title: Download
id: download
logsource: {category: proxy}
detection: {s: {c-uri|endswith: .exe}, condition: s}
---
title: Correlation
correlation:
  type: value_count
  rules: [lookup, download]
  group-by: [client, name]
  timespan: 10m
  condition: {gte: 2, field: name}
  aliases:
    client: {lookup: src_ip, download: c-ip}
    name: {lookup: query, download: cs-host}
`;

describe('the parts of a correlation', () => {
  it('are the events of each rule, with the values to group by and to count under the names of that rule', async () => {
    const { correlations, problems } = resolveCorrelations(parseRules(RULES, 'c.yml').rules);
    expect(problems).toEqual([]);
    await rows.insert(1, [
      { kind: 'dns', src_ip: '10.0.0.1', domain: 'a.evil.top' },
      { kind: 'dns', src_ip: '', domain: 'b.evil.top' },
      { kind: 'dns', src_ip: '10.0.0.2', domain: 'good.top' },
      { kind: 'web', src_ip: '10.0.0.1', domain: 'h.top', url: 'http://h.top/x.exe' },
    ]);
    const parts = correlations.flatMap(correlationParts);
    const found = await Promise.all(
      parts.map(({ matched, key, value }) =>
        rows.store.query(`SELECT row, ${key} AS key, ${value} AS value FROM (${matched('seq = 1')}) ORDER BY row`),
      ),
    );
    expect(found).toEqual([
      [
        { row: 0, key: '10.0.0.1|a.evil.top', value: 'a.evil.top' },
        { row: 1, key: '', value: 'b.evil.top' },
      ],
      [{ row: 3, key: '10.0.0.1|h.top', value: 'h.top' }],
    ]);
  });
});
