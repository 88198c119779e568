import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type FormatHarness, openFormatHarness, type ReadOptions } from '../../../test/format-harness.ts';
import { AppError } from '../../model/errors.ts';
import { ndjson } from './index.ts';

let harness: FormatHarness;

beforeAll(async () => {
  harness = await openFormatHarness([ndjson]);
});

afterAll(async () => {
  await harness.close();
});

const TIME = '2026-01-15T09:00:00Z';

async function read(records: readonly (object | string)[], options?: ReadOptions) {
  const lines = records.map((record) => (typeof record === 'string' ? record : JSON.stringify(record)));
  return harness.read(ndjson, 'records.json', lines.join('\n'), options);
}

async function readFlat(...records: object[]) {
  const { events } = await read(
    records.map((record) => ({ time: TIME, ...record })),
    { variant: 'flat' },
  );
  return events;
}

describe('plain names', () => {
  it('become columns, whatever their spelling; the rest is kept under its own name', async () => {
    const events = await readFlat({
      'Src-IP': '10.0.0.1',
      srcPort: 5000,
      dst_ip: '203.0.113.1',
      'Dst Port': '443',
      Protocol: 'TCP',
      Action: 'DENY',
      bytesSent: 10,
      username: 'kim',
      User: 'kim',
      app: 'Mail, Chat',
      zone: { from: 'lan', to: ['wan', 'dmz'] },
    });
    expect(events).toMatchObject([
      {
        kind: 'firewall',
        verdict: 'blocked',
        src_ip: '10.0.0.1',
        src_port: 5000,
        dst_port: 443,
        proto: 6,
        bytes_out: 10,
        application_ids: [expect.any(Number), expect.any(Number)],
        extra: { Action: 'DENY', 'zone.from': 'lan', 'zone.to': 'wan, dmz' },
      },
    ]);
    expect(events[0]?.extra).not.toHaveProperty('srcPort');
  });

  it('prefer the first name that holds something, and keep the others', async () => {
    const events = await readFlat({ src_ip: '', client_ip: '10.0.0.2', src: '10.0.0.3', query: 'a.example' });
    expect(events).toMatchObject([{ src_ip: '10.0.0.2', extra: { src: '10.0.0.3' } }]);
  });

  it('tell the kind, unless the record does', async () => {
    const events = await readFlat(
      { query: 'a.example' },
      { url: '/x?a=1', host: 'a.example', query: 'a.example' },
      { src_ip: '10.0.0.1', dst_ip: '10.0.0.2' },
      { process_name: 'a.exe', src_ip: '10.0.0.1', dst_ip: '10.0.0.2' },
      { user: 'kim', src_ip: '10.0.0.1' },
      { kind: 'IDS', query: 'a.example', rule: 'Odd name' },
      { kind: 'something', query: 'a.example' },
    );
    expect(events.map(({ kind }) => kind)).toEqual(['dns', 'web', 'firewall', 'endpoint', 'other', 'intrusion', 'dns']);
    expect(events[1]).toMatchObject({ url: 'http://a.example/x?a=1', domain: 'a.example' });
    expect(events[5]).toMatchObject({ verdict: 'detected', signature: 'Odd name' });
  });

  it('take what does not fit its column as absent', async () => {
    const events = await readFlat({
      src_ip: 'lan',
      dst_port: 70000,
      status: 'OK',
      bytes_in: -1,
      proto: 'carrier pigeon',
    });
    expect(events).toMatchObject([{ src_ip: '', dst_port: null, status: null, bytes_in: null, proto: null }]);
  });
});

it('reads times as text in the zone of the import, and as numbers since 1970 in any unit', async () => {
  const { events } = await read(
    [
      1768467600,
      1768467600.25,
      '1768467600250',
      1768467600250000,
      '2026-01-15 09:00:00.25',
      '2026-01-15T09:00:00.25+01:00',
    ].map((ts) => ({ ts, user: 'kim' })),
    { variant: 'flat', timezone: 'Europe/Berlin' },
  );
  expect(events.map(({ time }) => time)).toEqual([
    '2026-01-15 09:00:00.000000',
    ...Array.from({ length: 3 }, () => '2026-01-15 09:00:00.250000'),
    ...Array.from({ length: 2 }, () => '2026-01-15 08:00:00.250000'),
  ]);
});

it('refuses what is no object and what has no time, and says so', async () => {
  const { rejects, counts } = await read(
    [{ time: TIME }, 'text', '[1]', '{"time":', { user: 'kim' }, { time: 'soon' }, { time: '17' }],
    { variant: 'flat' },
  );
  expect(counts).toMatchObject({ stored: 1, rejected: 6 });
  expect(rejects.map(({ reason }) => reason)).toEqual([
    'not a JSON object',
    'not a JSON object',
    'not a JSON object',
    'no time under any name of the field map',
    'no readable time "soon"',
    'no readable time "17"',
  ]);
});

it('reads dotted, nested and wrapped names of ECS alike', async () => {
  const dotted = { '@timestamp': TIME, 'source.ip': '10.0.0.1', 'dns.question.name': 'a.example', 'user.name': 'kim' };
  const nested = {
    '@timestamp': TIME,
    source: { ip: '10.0.0.1' },
    dns: { 'question.name': 'a.example' },
    user: { name: 'kim' },
  };
  const { events } = await read([dotted, nested, { _source: nested }]);
  const [first, ...others] = events.map(({ row, raw, ...columns }) => columns);
  expect(first).toMatchObject({ kind: 'dns', src_ip: '10.0.0.1', domain: 'a.example', extra: { 'user.name': 'kim' } });
  for (const other of others) expect(other).toEqual(first);
});

describe('a map of the user', () => {
  it('comes before the names we know', async () => {
    const { events } = await read(
      [
        { when: TIME, time: 'noon', peer: { addr: '10.0.0.9' }, asked: 'a.example', src_ip: '10.0.0.1' },
        { time: TIME, src_ip: '10.0.0.1', name: 'b.example' },
      ],
      { variant: 'time=When, src_ip=peer.addr,query=asked|name' },
    );
    expect(events).toMatchObject([
      { kind: 'dns', src_ip: '10.0.0.9', domain: 'a.example', extra: { src_ip: '10.0.0.1', time: 'noon' } },
      { kind: 'dns', src_ip: '10.0.0.1', domain: 'b.example' },
    ]);
  });

  it.each([
    ['source=a', 'the field map has no field source'],
    ['src_pi=a', 'did you mean src_ip?'],
    ['src_ip=', 'the field map names nothing for src_ip'],
    ['whatever', 'the field map has no field whatever'],
    ['', "the field map has no field ''"],
  ])('is refused as %j, with the reason', (variant, reason) => {
    const frame = () => ndjson.createFramer({ path: 'a.json', head: Buffer.from('{}'), variant });
    expect(frame).toThrow(AppError);
    expect(frame).toThrow(reason);
  });
});

describe('recognition', () => {
  const recognise = (text: string) => ndjson.recognise({ path: 'a.json', head: Buffer.from(text) });

  it('tells the map that knows more of the names', () => {
    expect(recognise('{"@timestamp":"x","source":{"ip":"a"},"user":{"name":"b"}}')?.variant).toBe('ecs');
    expect(recognise('[{"ts":1,"client":"a","query":"b"}]')?.variant).toBe('flat');
  });

  it('wants a time and two more fields, one of them about traffic, a process or a rule', () => {
    expect(recognise('{"time":"x","hostname":"a","username":"b","paths":["c"]}')).toBeUndefined();
    expect(recognise('{"ts":1,"client":"a"}')).toBeUndefined();
    expect(recognise('{"client":"a","query":"b","user":"c"}')).toBeUndefined();
    expect(recognise('')).toBeUndefined();
  });

  it('leaves to other formats what is theirs', () => {
    const head = readFileSync(join(import.meta.dirname, '../suricata-eve/sample.ndjson')).subarray(0, 65_536);
    expect(ndjson.recognise({ path: 'a.json', head })?.confidence ?? 0).toBeLessThan(40);
  });
});
