import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type FormatHarness, openFormatHarness, type ReadOptions } from '../../../test/format-harness.ts';
import { windowsEvents } from './index.ts';

let harness: FormatHarness;

beforeAll(async () => {
  harness = await openFormatHarness([windowsEvents]);
});

afterAll(async () => {
  await harness.close();
});

const SYSMON = 'Microsoft-Windows-Sysmon/Operational';

function sysmon(eventId: number, data: object): object {
  const TimeCreated = { '#attributes': { SystemTime: '2026-01-15T09:00:00Z' } };
  return { Event: { System: { EventID: eventId, Channel: SYSMON, Computer: 'pc', TimeCreated }, EventData: data } };
}

async function read(records: readonly (object | string)[], options?: ReadOptions) {
  const lines = records.map((record) => (typeof record === 'string' ? record : JSON.stringify(record)));
  return harness.read(windowsEvents, 'events.json', lines.join('\n'), options);
}

describe('windows-events', () => {
  it('refuses what is no event, and says why', async () => {
    const { rejects, counts } = await read([
      sysmon(1, {}),
      '{"Event":',
      '[1,2]',
      '{"a":1}',
      { EventID: 1, Channel: SYSMON },
      { EventID: 1, EventTime: 'yesterday' },
      '{"EventID":123456789012345678901234567890}',
    ]);
    expect(counts).toEqual({ received: 7, stored: 1, rejected: 6, ignored: 0 });
    expect(rejects.map(({ reason }) => reason)).toEqual([
      'not a JSON object',
      'not a JSON object',
      'no EventID',
      'no readable time ""',
      'no readable time "yesterday"',
      'not a JSON object',
    ]);
  });

  it('takes values of every JSON type as text, and keeps what lies too deep as JSON', async () => {
    const deep = { a: { b: { c: { d: { e: 1 } } } } };
    const { events } = await read([sysmon(1, { Flag: true, Number: 1.5, None: null, List: ['a', 2, ''], Deep: deep })]);
    expect(events[0]?.extra).toMatchObject({
      Flag: 'true',
      Number: '1.5',
      List: 'a, 2, ',
      'Deep.a.b.c': '{"d":{"e":1}}',
    });
    expect(events[0]?.extra).not.toHaveProperty('None');
  });

  it('lets the first of two members with one name count, and no value pass for another field', async () => {
    const { events } = await read([
      sysmon(1, { Hostname: 'b', SourceName: 'c', Computer: 'forged', EventID: 4624 }),
      `{"EventID":1,"EventID":2,"Channel":"Setup","EventTime":"2026-01-15T09:00:00Z","Hostname":"pc"}`,
    ]);
    expect(events).toMatchObject([
      { extra: { Hostname: 'b', SourceName: 'c', Computer: 'pc', EventID: '1' } },
      { record_type: 'setup', extra: { EventID: '1', Computer: 'pc' } },
    ]);
  });

  it('reads times without a zone in that of the import, but for UtcTime', async () => {
    const { events } = await read(
      [
        { EventID: 1, Channel: 'System', EventTime: '2026-01-15 09:00:00' },
        { EventID: 1, Channel: SYSMON, EventTime: '2026-01-15 09:00:00', UtcTime: '2026-01-15 08:00:00.250' },
        sysmon(1, { UtcTime: '-' }),
      ],
      { timezone: 'America/New_York', variant: 'events' },
    );
    expect(events.map(({ time }) => time)).toEqual([
      '2026-01-15 14:00:00.000000',
      '2026-01-15 08:00:00.250000',
      '2026-01-15 09:00:00.000000',
    ]);
  });

  it('masks secrets in the record and in its fields alike', async () => {
    const { events } = await read([
      sysmon(1, { CommandLine: 'curl https://kim:hunter2@a.example/?token=hunter2 -o "a b"', Password: 'hunter2' }),
    ]);
    expect(JSON.stringify(events)).not.toContain('hunter2');
    expect(events[0]?.extra).toMatchObject({
      CommandLine: 'curl https://***@a.example/?token=*** -o "a b"',
      Password: '***',
    });
  });

  it('names who logged on, and from where', async () => {
    const logon = (data: object) => ({
      System: {
        EventID: 4624,
        Channel: 'Security',
        Computer: 'dc',
        TimeCreated: { SystemTime: '2026-01-15T09:00:00Z' },
      },
      EventData: { SubjectUserName: 'DC$', SubjectDomainName: 'CORP', ...data },
    });
    const { events } = await read([
      logon({ TargetUserName: 'kim', TargetDomainName: 'CORP', IpAddress: '10.1.1.1', IpPort: '0' }),
      logon({ TargetUserName: '-', TargetDomainName: '-', IpAddress: '-' }),
      sysmon(1, { User: 'CORP\\kim' }),
      sysmon(1, { User: 'CORP\\DC$' }),
    ]);
    expect(events).toMatchObject([{ src_ip: '10.1.1.1', src_port: 0 }, { src_ip: '', src_port: null }, {}, {}]);
    const [kim, machine, sameKim, sameMachine] = events.map(({ identity_ids }) => (identity_ids as number[])[0]);
    expect([kim, machine]).toEqual([sameKim, sameMachine]);
  });

  it('does not take other logs for its own', () => {
    const head = (record: object) => ({ path: 'a.json', head: Buffer.from(JSON.stringify(record)) });
    expect(windowsEvents.recognise(head({ System: 'a', EventData: {} }))).toBeUndefined();
    expect(windowsEvents.recognise(head({ EventID: 1, Channel: 'a' }))).toBeUndefined();
    expect(windowsEvents.recognise(head({ '@timestamp': '', event: { code: 1 } }))).toBeUndefined();
  });
});
