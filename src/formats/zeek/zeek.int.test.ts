import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type FormatHarness, openFormatHarness } from '../../../test/format-harness.ts';
import { zeek } from './index.ts';

const folder = import.meta.dirname;
const columns = readFileSync(join(folder, 'sample.log'));
const objects = readFileSync(join(folder, 'sample.ndjson'));
const expected = JSON.parse(readFileSync(join(folder, 'expected.json'), 'utf8')) as object[];

let harness: FormatHarness;
beforeAll(async () => {
  harness = await openFormatHarness([zeek]);
});
afterAll(() => harness.close());

function dnsLog(...rows: string[]): string {
  return [
    '#separator \\x09',
    '#path\tdns',
    '#fields\tts\tid.orig_h\tquery',
    '#types\ttime\taddr\tstring',
    ...rows,
    '',
  ].join('\n');
}

describe('the sample', () => {
  it('is read the same from an array, and from pretty-printed objects', async () => {
    const records = objects
      .toString('utf8')
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as object);
    const array = await harness.read(zeek, 'upload.json', JSON.stringify(records));
    const pretty = await harness.read(
      zeek,
      'upload.json',
      records.map((record) => JSON.stringify(record, null, 2)).join('\n'),
    );
    expect(array.events).toMatchObject(expected);
    expect(pretty.events).toMatchObject(expected);
  });

  it('shows no secret anywhere in what is stored, and does not depend on the time zone: Zeek logs instants', async () => {
    for (const [path, bytes] of [
      ['sample.log', columns],
      ['sample.ndjson', objects],
    ] as const) {
      for (const secret of ['hunter2', 's3cr3t', 'geheim']) expect(bytes.includes(secret)).toBe(true);
      const { events, counts } = await harness.read(zeek, path, bytes, { timezone: 'America/New_York' });
      expect(events).toMatchObject(expected);
      expect(JSON.stringify(events)).not.toMatch(/hunter2|s3cr3t|geheim/);
      expect(counts).toEqual({ received: 21, stored: 19, rejected: 0, ignored: 2 });
    }
  });
});

describe('columns', () => {
  it('are read by the header above them, of which a file may have several', async () => {
    const { events, counts } = await harness.read(zeek, 'x.log', columns.toString('utf8').repeat(2));
    expect(counts).toMatchObject({ received: 42, stored: 38, ignored: 4 });
    expect(events.slice(19)).toMatchObject(expected);
  });

  it('keep line numbers true across headers, comments and blank lines', async () => {
    const text = dnsLog(
      '#open\t2024',
      '',
      'never\t10.0.0.1\ta.example',
      '1712950152.5\t10.0.0.1\tb.example',
      '#close\t2024',
      'twice',
    );
    const { rejects, counts } = await harness.read(zeek, 'x.log', text + text, { windowBytes: 60 });
    expect(counts).toEqual({ received: 6, stored: 2, rejected: 4, ignored: 0 });
    expect(rejects.map(({ line, reason }) => [line, reason])).toEqual([
      [7, 'no readable time "never"'],
      [10, '1 columns, 3 expected'],
      [17, 'no readable time "never"'],
      [20, '1 columns, 3 expected'],
    ]);
  });

  it('may be separated by anything, with other marks for unset and empty', async () => {
    const text = String.raw`#separator \x7c
#set_separator|;
#empty_field|EMPTY
#unset_field|NIL
#path|dns
#fields|ts|id.orig_h|query|answers|rejected
#types|time|addr|string|set[string]|bool
1712950152.5|10.0.0.1|a\x7cb.example|x,y;z\x3bw|T
1712950153.5|NIL|-|EMPTY|NIL
`;
    const { events } = await harness.read(zeek, 'x.log', text);
    expect(events).toMatchObject([
      { domain: 'a|b.example', src_ip: '10.0.0.1', extra: { answers: '["x,y","z;w"]', rejected: 'true' } },
      { domain: '-', src_ip: '', extra: {} },
    ]);
  });

  it('are unescaped', async () => {
    const names = [
      ['a\\\\x41', 'a\\x41'],
      ['caf\\xc3\\xa9.example', 'café.example'],
      ['\\x2d', '-'],
      ['-', ''],
      ['(empty)', ''],
      ['\\xzz\\x4', '\\xzz\\x4'],
      ['nul\0byte', 'nul\\x00byte'],
    ];
    const rows = names.map(([logged]) => `1712950152.5\t10.0.0.1\t${logged}`);
    const { events } = await harness.read(zeek, 'x.log', dnsLog(...rows));
    expect(events.map(({ domain }) => domain)).toEqual(names.map(([, domain]) => domain));
  });

  it('may hold bytes that are no UTF-8', async () => {
    const rows = Buffer.concat([
      Buffer.from(dnsLog('1712950152.5\t10.0.0.1\ta')).subarray(0, -1),
      Buffer.from([0xff, 0xfe, 0x0a]),
    ]);
    const { events } = await harness.read(zeek, 'x.log', rows);
    expect(events).toMatchObject([{ domain: expect.stringMatching(/^a\ufffd+$/) }]);
  });

  it('may be none: a header alone is a log of a quiet hour', async () => {
    expect((await harness.read(zeek, 'x.log', dnsLog('#close\t2024'))).counts.received).toBe(0);
    expect((await harness.read(zeek, 'x.log', dnsLog('#close\t2024'), { windowBytes: 20 })).counts.received).toBe(0);
  });
});

describe('objects', () => {
  it('are refused with a reason', async () => {
    const refused = [
      ['{"a":', 'not a JSON object'],
      ['[1]', 'not a JSON object'],
      ['{}', 'an empty JSON object'],
      ['{"uid":"C1"}', 'no ts'],
      ['{"ts":"soon"}', 'no readable time "soon"'],
    ];
    const text = ['{"ts":1712950152.5}', ...refused.map(([line]) => line)].join('\n');
    const { rejects, counts } = await harness.read(zeek, 'conn.log', text);
    expect(rejects).toEqual(refused.map(([raw, reason], index) => ({ line: index + 2, reason, raw })));
    expect(counts).toEqual({ received: 6, stored: 1, rejected: 5, ignored: 0 });
  });

  it('are of the log that the file name tells, where they do not say', async () => {
    const { events } = await harness.read(
      zeek,
      'dns.00:00:00-01:00:00.log',
      '{"ts":1712950152500,"query":"a.example"}',
    );
    expect(events).toMatchObject([
      { kind: 'dns', record_type: 'dns', time: '2024-04-12 19:29:12.500000', domain: 'a.example' },
    ]);
  });
});

describe('recognition', () => {
  it.each([
    ['x', dnsLog(), undefined],
    ['x', objects.toString('utf8'), 'dns'],
    ['x', '[\n {"ts": 1.5, "uid": "C1", "id": {"orig_h": "10.0.0.1"}, "conn_state": "SF"}\n]', 'conn'],
    ['current/stats.log', '{"ts":1712950152.5,"peer":"zeek"}', 'stats'],
    ['http_20240412_00:00:00.log', '{"ts":1712950152.5,"id.orig_h":"10.0.0.1"}', 'http'],
    ['loaded_scripts.log', '{"name":"/opt/zeek/init.zeek"}', 'loaded_scripts'],
  ])('knows %s beginning with %j', (path, text, variant) => {
    expect(zeek.recognise({ path, head: Buffer.from(text) })?.variant).toBe(variant);
    expect(zeek.recognise({ path, head: Buffer.from(text) })?.confidence).toBeGreaterThanOrEqual(40);
  });

  it.each([
    ['dns.log', ''],
    ['dns.log', 'Jan  1 00:00:00 dnsmasq[1]: query[A] a.example from 10.0.0.1'],
    ['dns.log', '{"timestamp":"2024-04-12T19:29:12.5+0000","event_type":"dns"}'],
    ['photo.jpg', '\xff\xd8\xff\xe0\x00\x10JFIF'],
    ['w3c.log', '#Software: Microsoft IIS\n#Fields: date time s-ip'],
    ['x.json', '{"ts":1}'],
  ])('leaves %s beginning with %j to others', (path, text) => {
    expect(zeek.recognise({ path, head: Buffer.from(text, 'latin1') })).toBeUndefined();
  });

  it.each([
    ['x.log', '1712950152.5\tC1\t10.0.0.1\n', /no #fields line/],
    ['x.log', '#separator \\x09\n1712950152.5\tC1\n', /no #fields line/],
    ['x.log', '#separator \\x09\n#fields\tts\n#types\ttime\n', /no #path line/],
    ['upload.json', '{"ts":1712950152.5,"uid":"C1","id.orig_h":"10.0.0.1"}\n', /which Zeek log/],
  ])('says what is missing in %s beginning with %j', (path, text, message) => {
    expect(() => zeek.createFramer({ path, head: Buffer.from(text) })).toThrow(message);
  });

  it('takes the log from the caller where nothing else tells', async () => {
    const { events } = await harness.read(zeek, 'upload.json', '{"ts":1712950152.5,"query":"a.example"}', {
      variant: 'dns',
    });
    expect(events).toMatchObject([{ kind: 'dns', domain: 'a.example' }]);
  });
});
