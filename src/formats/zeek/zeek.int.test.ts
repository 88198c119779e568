import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type FormatHarness, openFormatHarness, type Reading } from '../../../test/format-harness.ts';
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

function expectSum({ received, stored, rejected, ignored }: Reading['counts']): void {
  expect(stored + rejected + ignored).toBe(received);
}

/** Events without the numbers of the batch they came in. */
function content({ events }: Reading): object[] {
  return events.map(({ seq, row, ...event }) => event);
}

describe('the sample', () => {
  it.each([
    ['columns', 'sample.log', columns],
    ['objects, each in another dialect', 'sample.ndjson', objects],
  ])('is read the same as %s', async (_, path, bytes) => {
    const reading = await harness.read(zeek, path, bytes);
    expect(reading.counts).toEqual({ received: 21, stored: 19, rejected: 0, ignored: 2 });
    expect(reading.events).toMatchObject(expected);
  });

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

  it('shows no secret anywhere in what is stored', async () => {
    for (const [path, bytes] of [
      ['sample.log', columns],
      ['sample.ndjson', objects],
    ] as const) {
      for (const secret of ['hunter2', 's3cr3t', 'geheim']) expect(bytes.includes(secret)).toBe(true);
      expect(JSON.stringify((await harness.read(zeek, path, bytes)).events)).not.toMatch(/hunter2|s3cr3t|geheim/);
    }
  });

  it.each([
    ['sample.log', columns],
    ['sample.ndjson', objects],
  ])(
    '%s gives the same events in small windows, with CRLF, with a byte order mark, without the last line end',
    async (path, bytes) => {
      const whole = content(await harness.read(zeek, path, bytes));
      const crlf = bytes.toString('latin1').replaceAll('\n', '\r\n');
      const marked = Buffer.concat([Buffer.from('\uFEFF'), bytes]);
      expect(content(await harness.read(zeek, path, bytes, { windowBytes: 700 }))).toEqual(whole);
      expect(content(await harness.read(zeek, path, Buffer.from(crlf, 'latin1')))).toEqual(whole);
      expect(content(await harness.read(zeek, path, marked))).toEqual(whole);
      expect(content(await harness.read(zeek, path, bytes.subarray(0, -1)))).toEqual(whole);
    },
  );

  it('does not depend on the time zone: Zeek logs instants', async () => {
    const utc = content(await harness.read(zeek, 'sample.ndjson', objects));
    const elsewhere = { timezone: 'America/New_York' };
    expect(content(await harness.read(zeek, 'sample.ndjson', objects, elsewhere))).toEqual(utc);
    expect((await harness.read(zeek, 'sample.log', columns, elsewhere)).events).toMatchObject(expected);
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

  it.each([
    ['a\\\\x41', 'a\\x41'],
    ['caf\\xc3\\xa9.example', 'café.example'],
    ['\\x2d', '-'],
    ['-', ''],
    ['(empty)', ''],
    ['\\xzz\\x4', '\\xzz\\x4'],
    ['nul\0byte', 'nul\\x00byte'],
  ])('unescape %j as %j', async (logged, domain) => {
    const { events } = await harness.read(zeek, 'x.log', dnsLog(`1712950152.5\t10.0.0.1\t${logged}`));
    expect(events).toMatchObject([{ domain }]);
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
  it.each([
    ['{"a":', 'not a JSON object'],
    ['[1]', 'not a JSON object'],
    ['{}', 'an empty JSON object'],
    ['{"uid":"C1"}', 'no ts'],
    ['{"ts":"soon"}', 'no readable time "soon"'],
  ])('%s is refused: %s', async (line, reason) => {
    const { rejects, counts } = await harness.read(zeek, 'conn.log', `{"ts":1712950152.5}\n${line}\n`);
    expect(rejects).toMatchObject([{ line: 2, reason, raw: line }]);
    expect(counts).toEqual({ received: 2, stored: 1, rejected: 1, ignored: 0 });
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

describe('damage', () => {
  it('costs the records it hits and stops nothing', async () => {
    const input = fc.record({
      sample: fc.constantFrom({ path: 'sample.log', bytes: columns }, { path: 'sample.ndjson', bytes: objects }),
      at: fc.double({ min: 0.1, max: 1, noNaN: true }),
      noise: fc.uint8Array({ maxLength: 60 }),
      removed: fc.nat(60),
      windowBytes: fc.integer({ min: 2000, max: 6000 }),
    });
    await fc.assert(
      fc.asyncProperty(input, async ({ sample, at, noise, removed, windowBytes }) => {
        const cut = Math.floor(sample.bytes.length * at);
        const bytes = Buffer.concat([sample.bytes.subarray(0, cut), noise, sample.bytes.subarray(cut + removed)]);
        const whole = await harness.read(zeek, sample.path, bytes);
        expectSum(whole.counts);
        expect(whole.counts.stored).toBeGreaterThan(0);
        const pieces = await harness.read(zeek, sample.path, bytes, { windowBytes });
        expect(content(pieces)).toEqual(content(whole));
      }),
      { numRuns: 6 },
    );
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

  const others = readdirSync(join(folder, '..'), { recursive: true, encoding: 'utf8' }).filter(
    (path) => /(?:^|\/)sample[^/]*$/.test(path) && !path.startsWith('zeek/'),
  );
  it.runIf(others.length > 0)('leaves the samples of the other formats to them', () => {
    for (const path of others) {
      const head = readFileSync(join(folder, '..', path)).subarray(0, 65_536);
      expect({ path, known: zeek.recognise({ path, head }) }).toEqual({ path, known: undefined });
    }
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
