import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type FormatHarness, openFormatHarness } from '../../../test/format-harness.ts';
import { umbrellaJson } from './index.ts';

const sample = readFileSync(new URL('sample.json', import.meta.url));
const expected = JSON.parse(readFileSync(new URL('expected.json', import.meta.url), 'utf8'));
const REAL = fileURLToPath(new URL('../../../../shared/data/cisco-umbrella/', import.meta.url));

let harness: FormatHarness;
beforeAll(async () => {
  harness = await openFormatHarness([umbrellaJson]);
});
afterAll(() => harness.close());

describe('umbrella-json', () => {
  it('reads one object a line, with CRLF and a byte order mark, in small windows', async () => {
    const lines = JSON.parse(sample.toString()).map((row: unknown) => JSON.stringify(row));
    const options = { windowBytes: 40 };
    const { events } = await harness.read(umbrellaJson, 'x.json', `\uFEFF${lines.join('\r\n')}`, options);
    expect(events).toMatchObject(expected);
  });

  it('compares keys without case, blanks, _ and -, in the record type that a key or the path names', async () => {
    const proxy = {
      time_stamp: '2024-09-11 18:46:00',
      URL: 'https://example.com/?access_token=abc',
      'status-code': 200,
      ACTION: 'ALLOWED',
      'internal client ip': '10.0.0.1',
      'User Agent': 'x',
      'event type': 'proxylogs',
    };
    const { events } = await harness.read(umbrellaJson, 'x.json', JSON.stringify(proxy));
    expect(events).toMatchObject([
      { kind: 'web', status: 200, src_ip: '10.0.0.1', url: 'https://example.com/?access_token=***', extra: {} },
    ]);
    expect(events[0]?.raw).not.toContain('abc');
  });

  it('refuses with a reason what it cannot read', async () => {
    const input = '{"EventType":"proxylogs","Timestamp":"2024-09-11 18:46:00"}\nnothing\n{"Timestamp":5}\n{}\n{"a":';
    const { rejects, counts } = await harness.read(umbrellaJson, 'x', input, { variant: 'dnslogs' });
    expect(rejects.map(({ line, reason }) => `${line}: ${reason}`)).toEqual([
      '1: holds proxylogs, not dnslogs',
      '2: not a JSON object',
      '3: no readable time "5"',
      '4: not a JSON object with keys',
      '5: not a JSON object with keys',
    ]);
    expect(counts).toEqual({ received: 5, stored: 0, rejected: 5, ignored: 0 });
  });

  it('knows its own objects and no others', () => {
    const recognise = (path: string, text: string) => umbrellaJson.recognise({ path, head: Buffer.from(text) });
    expect(recognise('x', sample.toString())).toEqual({ confidence: 95, variant: 'dnslogs' });
    expect(
      recognise('x', '{"action":"Blocked","internalIp":"1.2.3.4","timestamp":"x","responseCode":"","domain":"x."}'),
    ).toEqual({
      confidence: 90,
      variant: 'dnslogs',
    });
    const others = [
      '',
      '"2024-09-11 18:46:00","a"\n',
      '{"timestamp":"2018-03-24T14:37:19.037299-0600","event_type":"dns","src_ip":"1.2.3.4","dest_ip":"1.2.3.5"}',
      '{"ts":1.5,"id.orig_h":"10.0.0.1","query":"x"}',
      '{"a":',
      '[]',
    ];
    for (const other of others) expect(recognise('eve.json', other)).toBeUndefined();
    expect(umbrellaJson.recognise({ path: 'x', head: Buffer.from('ffd8ffe000104a464946', 'hex') })).toBeUndefined();
  });
});

describe.skipIf(!existsSync(REAL))('umbrella-json: real rows (needs ../shared/data)', () => {
  it('reads rows that a connector made', async () => {
    const path = `${REAL}dnslogs-as-json-sentinel-part1.json`;
    const text = readFileSync(path, 'utf8');
    const rows = JSON.parse(text) as Record<string, string>[];
    const { events, rejects } = await harness.read(umbrellaJson, path, text);
    expect(rejects).toEqual([]);
    expect(events.map(({ domain, src_ip, nat_ip, time }) => ({ domain, src_ip, nat_ip, time }))).toEqual(
      rows.map((row) => ({
        domain: row.Domain?.replace(/\.$/, '').toLowerCase(),
        src_ip: row.InternalIp,
        nat_ip: row.ExternalIp,
        time: `${row.Timestamp}.000000`,
      })),
    );
    expect(events[0]).toMatchObject({ identity_types: ['anyconnect'], query_type: 'A', verdict: 'allowed' });
  });

  it('reads rows with camelCase keys', async () => {
    const yaml = readFileSync(`${REAL}panther-domain_blocked.yml`, 'utf8');
    const objects = [...yaml.matchAll(/\{[^{}]*\}/g)].map(([object]) => object.replace(/,\s*\}/, '}'));
    const { events } = await harness.read(umbrellaJson, 'x.json', objects.join('\n'));
    expect(events.map(({ verdict }) => verdict)).toEqual(['blocked', 'allowed']);
    expect(events[0]).toMatchObject({ domain: 'malware.gvt2.com', time: '2020-05-21 19:20:25.000000', return_code: 0 });
  });
});
