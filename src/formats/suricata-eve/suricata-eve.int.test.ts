import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type FormatHarness, openFormatHarness, type Reading } from '../../../test/format-harness.ts';
import { suricataEve } from './index.ts';

type Event = Reading['events'][number];

const SAMPLE = readFileSync(join(import.meta.dirname, 'sample.ndjson'));
const EXPECTED = JSON.parse(readFileSync(join(import.meta.dirname, 'expected.json'), 'utf8')) as Event[];
const COUNTS = { received: 28, stored: 23, rejected: 4, ignored: 1 };
/** Where a record came to stand, and the columns a test of mapping does not look at. */
const PLACE = ['org', 'seq', 'row', 'format', 'raw', 'event_types'];
const GOOD = '{"timestamp":"2026-03-02T10:00:00.000001+0000","event_type":"flow","flow_id":1,"src_ip":"10.0.0.1"}';

let harness: FormatHarness;
beforeAll(async () => {
  harness = await openFormatHarness([suricataEve]);
});
afterAll(() => harness.close());

function isEmpty(value: unknown): boolean {
  return (
    value === '' || value === null || value === 0 || value === false || (Array.isArray(value) && value.length === 0)
  );
}

/** The columns of an event that say something. */
function told(event: Event): Event {
  return Object.fromEntries(
    Object.entries(event).filter(([column, value]) => !PLACE.includes(column) && !isEmpty(value)),
  );
}

function read(input: Buffer | string, options: { timezone?: string; windowBytes?: number; path?: string } = {}) {
  return harness.read(suricataEve, options.path ?? 'eve.json', input, options);
}

async function readOne(event: object, options: { timezone?: string } = {}): Promise<Event> {
  const { events } = await read(JSON.stringify({ ...JSON.parse(GOOD), ...event }), options);
  expect(events.length).toBe(1);
  return events[0] ?? {};
}

function expectBalance({ counts, events, rejects }: Reading): void {
  expect(counts.received).toBe(counts.stored + counts.rejected + counts.ignored);
  expect(events.length).toBe(counts.stored);
  expect(rejects.length).toBe(counts.rejected);
}

describe('the sample', () => {
  it('says of each record that is not stored what is wrong with it', async () => {
    const { rejects, counts } = await read(SAMPLE);
    expect(rejects.map(({ line, reason }) => ({ line, reason }))).toEqual([
      { line: 25, reason: 'no readable time "yesterday"' },
      { line: 26, reason: 'no event_type' },
      { line: 27, reason: 'not a JSON object' },
      { line: 28, reason: 'not a JSON object' },
    ]);
    expect(counts).toEqual(COUNTS);
  });

  const objects = SAMPLE.toString()
    .split('\n')
    .slice(0, COUNTS.stored + COUNTS.ignored)
    .map((line) => JSON.parse(line) as object);

  it.each([
    ['as a pretty-printed array', JSON.stringify(objects, null, 2)],
    ['as an array on one line', JSON.stringify(objects)],
    ['pretty-printed one after the other', objects.map((object) => JSON.stringify(object, null, 1)).join('\r\n')],
    [
      'wrapped as strings',
      JSON.stringify({
        raw_logs: {
          entries: objects.map((object) => ({ data: JSON.stringify(object, null, 2).replaceAll('\n', '\r\n') })),
        },
        type: 'SURICATA_EVE',
      }),
    ],
  ])('reads the same %s', async (_, input) => {
    const reading = await read(input, { windowBytes: 6000 });
    expect(reading.events.map(told)).toEqual(EXPECTED);
    expect(reading.counts.ignored).toBe(1);
    expectBalance(reading);
  });

  it('masks secrets in the original record, which stays JSON', async () => {
    const { events } = await read(SAMPLE);
    const raw = events.map((event) => String(event.raw));
    for (const secret of ['abc123', 'a2ltOnNlY3JldA', 'hunter2', 'swordfish', '"glow"']) {
      expect(SAMPLE.includes(secret), secret).toBe(true);
      expect(raw.filter((record) => record.includes(secret))).toEqual([]);
      expect(JSON.stringify(events)).not.toContain(secret);
    }
    for (const record of raw) expect(() => JSON.parse(record)).not.toThrow();
  });
});

describe('an event', () => {
  it('keeps unknown keys under their own names, and no bulk', async () => {
    const { extra } = await readOne({
      event_type: 'x2',
      x2: { a: [1, 'b'] },
      tags: ['t'],
      site: 'Wien',
      payload: 'QUFB',
      packet: 'QUFB',
      payload_printable: 'AAA',
    });
    expect(extra).toEqual({ flow_id: '1', x2: '{"a":[1,"b"]}', tags: '["t"]', site: 'Wien' });
  });

  it('has the time of its source where it names no zone', async () => {
    const local = { timestamp: '2026-03-02T10:00:00.250000' };
    expect((await readOne(local)).time).toBe('2026-03-02 10:00:00.250000');
    expect((await readOne(local, { timezone: 'America/New_York' })).time).toBe('2026-03-02 15:00:00.250000');
    expect((await readOne({}, { timezone: 'America/New_York' })).time).toBe('2026-03-02 10:00:00.000001');
  });

  it('is blocked where the packet was dropped by another rule or the flow was', async () => {
    const alert = { event_type: 'alert', alert: { action: 'allowed', severity: 2 } };
    const cases = [
      [{ ...alert, verdict: { action: 'alert' } }, 'detected'],
      [{ ...alert, verdict: { action: 'drop' } }, 'blocked'],
      [{ flow: { action: 'drop' } }, 'blocked'],
      [{ flow: { action: 'pass' } }, 'allowed'],
    ];
    const lines = cases.map(([event]) => JSON.stringify({ ...JSON.parse(GOOD), ...(event as object) }));
    const { events } = await read(lines.join('\n'));
    expect(events.map(({ verdict }) => verdict)).toEqual(cases.map(([, verdict]) => verdict));
  });

  it('has a whole URL', async () => {
    const cases: [http: object, port: number, url: string, domain: string][] = [
      [{ hostname: 'a.example', url: '/x' }, 443, 'https://a.example/x', 'a.example'],
      [{ hostname: 'a.example:8443', url: '/x' }, 8443, 'http://a.example:8443/x', 'a.example'],
      [{ hostname: '[2001:db8::1]:81', url: '/' }, 81, 'http://[2001:db8::1]:81/', '2001:db8::1'],
      [{ hostname: 'a.example', http_port: 443, url: '/x' }, 8080, 'https://a.example/x', 'a.example'],
      [{ hostname: 'a.example', url: 'HTTP://a.example/y' }, 3128, 'HTTP://a.example/y', 'a.example'],
      [
        { hostname: 'a.example', http_method: 'CONNECT', url: 'a.example:443' },
        3128,
        'https://a.example:443',
        'a.example',
      ],
      [{ url: '/go?to=http://b.example/' }, 80, 'http://192.0.2.7/go?to=http://b.example/', '192.0.2.7'],
      [{ hostname: 'a.example' }, 80, 'http://a.example/', 'a.example'],
      [{ status: 400 }, 80, '', ''],
    ];
    const lines = cases.map(([http, port]) =>
      JSON.stringify({ ...JSON.parse(GOOD), event_type: 'http', dest_ip: '192.0.2.7', dest_port: port, http }),
    );
    const { events } = await read(lines.join('\n'));
    expect(events.map(({ url, domain }) => [url, domain])).toEqual(cases.map(([, , url, domain]) => [url, domain]));
  });

  it('belongs to the client, whichever way the packet went', async () => {
    const client = (await readOne({ src_ip: '2001:db8::5' })).identity_ids;
    const reply = {
      event_type: 'alert',
      src_ip: '2001:db8::9',
      src_port: 443,
      dest_ip: '2001:0db8:0000:0000:0000:0000:0000:0005',
      dest_port: 50000,
      alert: { action: 'allowed' },
    };
    expect((await readOne(reply)).identity_ids).not.toEqual(client);
    expect((await readOne({ ...reply, direction: 'to_client' })).identity_ids).toEqual(client);
    const flow = { src_ip: reply.dest_ip, dest_ip: reply.src_ip };
    expect((await readOne({ ...reply, flow })).identity_ids).toEqual(client);
    expect((await readOne({ ...reply, flow, direction: 'to_client' })).src_ip).toBe('2001:db8::9');
  });

  it('survives objects and numbers where text belongs', async () => {
    const event = await readOne({
      src_port: 70000,
      dest_port: 'x',
      proto: { a: 1 },
      http: 'no',
      dns: [1],
      alert: null,
      flow: 3,
    });
    expect(event).toMatchObject({ kind: 'firewall', src_port: null, dst_port: null, proto: null });
  });
});

describe('damage', () => {
  it('costs the record it is in', async () => {
    const damaged = ['\0\0\0\0', GOOD.slice(0, 50), '17', '[]'];
    const { rejects, counts } = await read(damaged.flatMap((line) => [GOOD, line]).join('\n'));
    expect(counts).toEqual({ received: 8, stored: 4, rejected: 4, ignored: 0 });
    expect(rejects.map(({ line, reason }) => ({ line, reason }))).toEqual(
      [2, 4, 6, 8].map((line) => ({ line, reason: 'not a JSON object' })),
    );
  });

  it('keeps a record with bytes that are not UTF-8', async () => {
    const [before = '', after = ''] = GOOD.replace('"flow_id"', '"host":"a|b","flow_id"').split('|');
    const { events } = await read(Buffer.concat([Buffer.from(before), Buffer.from([0xff, 0xc3]), Buffer.from(after)]));
    expect(events[0]?.extra).toMatchObject({ host: expect.stringMatching(/^a\ufffd+b$/) });
  });

  it('never breaks the balance, whatever is spliced into the input', async () => {
    const inputs = [SAMPLE, Buffer.from(JSON.stringify([JSON.parse(GOOD), JSON.parse(GOOD)], null, 2))];
    const splice = fc.record({
      input: fc.constantFrom(...inputs),
      at: fc.double({ min: 0, max: 1, noNaN: true }),
      cut: fc.nat(60),
      bytes: fc.uint8Array({ maxLength: 60 }),
      windowBytes: fc.constantFrom(4000, 100_000),
    });
    await fc.assert(
      fc.asyncProperty(splice, async ({ input, at, cut, bytes, windowBytes }) => {
        const start = Math.floor(at * input.length);
        const damaged = Buffer.concat([input.subarray(0, start), bytes, input.subarray(start + cut)]);
        const reading = await read(damaged, { windowBytes });
        expectBalance(reading);
        const lines = reading.frames.reduce(
          (sum, frame) => sum + Buffer.concat(frame.lines).toString('latin1').split('\n').length - 1,
          0,
        );
        expect(reading.frames.reduce((sum, frame) => sum + frame.lineCount, 0)).toBe(lines);
      }),
      { numRuns: 4 },
    );
  });
});
