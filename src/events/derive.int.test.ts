import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type FormatHarness, openFormatHarness } from '../../test/format-harness.ts';
import { recordLines, recordsFormat, type TestRecord } from '../../test/records-format.ts';

let harness: FormatHarness;

beforeAll(async () => {
  harness = await openFormatHarness([recordsFormat]);
});

afterAll(async () => {
  await harness.close();
});

const TIME = '2026-01-02T03:04:05.678901Z';

async function derive(...records: TestRecord[]) {
  return harness.read(recordsFormat, 'records.json', recordLines(records));
}

describe('what every record gets, whatever its format', () => {
  test('names lose case and trailing dot, addresses get one spelling, content types their parameters', async () => {
    const { events } = await derive({
      time: TIME,
      domain: 'WWW.Example.COM.',
      src_ip: '::ffff:10.0.0.1',
      dst_ip: '2001:0DB8:0:0:0:0:0:1',
      nat_ip: 'fe80::1%eth0',
      content_type: 'Text/HTML; charset=utf-8',
    });
    expect(events).toMatchObject([
      {
        domain: 'www.example.com',
        src_ip: '10.0.0.1',
        dst_ip: '2001:db8::1',
        nat_ip: 'fe80::1',
        content_type: 'text/html',
      },
    ]);
  });

  test('what is no address is none, and the client stands in where no identity is named', async () => {
    const { events } = await derive(
      { time: TIME, src_ip: 'not an address' },
      { time: TIME, src_ip: '10.0.0.1' },
      { time: TIME, src_ip: '10.0.0.1', identity_labels: ['pc', ''], identity_types: ['Roaming Computers', 'Sites'] },
    );
    expect(events.map((event) => [event.src_ip, event.identity_types])).toEqual([
      ['', []],
      ['10.0.0.1', ['network']],
      ['10.0.0.1', ['roaming']],
    ]);
  });

  test('labels become category ids, each once; a label that stands twice its security id, an unknown one a number of its own', async () => {
    const { events } = await derive({
      time: TIME,
      category_labels: ['Malware', 'malware', 'Gambling', 'Belfry Watching'],
    });
    expect(events[0]?.categories).toEqual([66, 10, expect.any(Number)]);
  });

  test('a threat named twice counts once, and lists of unlike lengths stop nothing', async () => {
    const { events } = await derive({
      time: TIME,
      threats: ['Evil', 'Evil', 'Odd'],
      threat_types: ['Worm', 'Worm'],
      application_labels: ['Mail', 'Chat'],
      application_types: [],
      application_ids: [7],
    });
    expect(events).toMatchObject([{ threats: ['Evil', 'Odd'], threat_types: ['Worm', ''] }]);
    expect(events[0]?.application_ids).toEqual([7, expect.any(Number)]);
  });

  test('a kind or verdict that nobody knows becomes the neutral one', async () => {
    const { events } = await derive({ time: TIME, kind: 'telepathy', verdict: 'shrugged' });
    expect(events).toMatchObject([{ kind: 'other', verdict: 'allowed' }]);
  });

  test('times that are missing or that no rollup holds are refused, each with its reason', async () => {
    const { counts, rejects } = await derive(
      { time: 'soon' },
      { time: '1950-01-01T00:00:00Z' },
      { time: '2150-01-01T00:00:00Z' },
      { time: TIME, refused: 'for a reason of its own' },
      { time: 'soon', ignored: 1 },
      { time: '1970-01-01T00:00:00Z' },
      { time: '2105-12-31T23:59:59Z' },
    );
    expect(counts).toEqual({ received: 7, stored: 2, rejected: 4, ignored: 1 });
    expect(rejects.map(({ reason }) => reason)).toEqual([
      'no readable time',
      'the time is outside of 1970 to 2105',
      'the time is outside of 1970 to 2105',
      'for a reason of its own',
    ]);
  });
});
