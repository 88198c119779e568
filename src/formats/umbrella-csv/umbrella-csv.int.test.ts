import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type FormatHarness, openFormatHarness } from '../../../test/format-harness.ts';
import { umbrellaCsv } from './index.ts';

const sample = readFileSync(new URL('sample.csv', import.meta.url));
const expected = JSON.parse(readFileSync(new URL('expected.json', import.meta.url), 'utf8'));
const FOLDER = 'org-1_abc/dnslogs/2024-09-11/2024-09-11-18-40-ab12.csv.gz';

const csv = (...fields: string[]) => `${fields.map((field) => `"${field.replaceAll('"', '""')}"`).join(',')}\n`;
const padded = (fields: readonly string[], length: number) => [...fields, ...Array(length).fill('')].slice(0, length);

let harness: FormatHarness;
beforeAll(async () => {
  harness = await openFormatHarness([umbrellaCsv]);
});
afterAll(() => harness.close());

async function one(path: string, row: string) {
  const { events, rejects } = await harness.read(umbrellaCsv, path, row);
  expect(rejects).toEqual([]);
  expect(events).toHaveLength(1);
  return events[0] ?? {};
}

async function identityLabels(ids: unknown): Promise<string[]> {
  const rows = await harness.store.query<{ key: number; label: string }>(
    'SELECT key, any(label) AS label FROM labels WHERE has({ids:Array(UInt64)}, key) AND facet = 3 GROUP BY key',
    { ids: ids as number[] },
  );
  return (ids as number[]).map((id) => rows.find(({ key }) => key === id)?.label ?? '?');
}

describe('umbrella-csv: DNS', () => {
  it('reads the sample as expected, from content alone', async () => {
    const { events, rejects } = await harness.read(umbrellaCsv, 'sample.csv', sample);
    expect(rejects).toEqual([]);
    expect(events).toMatchObject(expected);
    expect(await identityLabels(events[2]?.identity_ids)).toEqual(['Roe, Rick (rick@example.com)', 'LAPTOP-8']);
    expect(events.map(({ raw }) => raw).join('\n')).toBe(sample.toString().trimEnd());
  });

  it('reads a row that is cut quickly and one that is not alike', async () => {
    const row = padded(
      ['2024-09-11 18:46:00', 'A', 'A,B', '10.0.0.1', '', 'Allowed', '5', 'REFUSED', 'x.', 'Chat'],
      16,
    );
    const plain = await one(FOLDER, csv(...row));
    const slow = await one(
      FOLDER,
      row
        .map((field) => ` "${field}"`)
        .join(',')
        .trimStart(),
    );
    const bare = await one(FOLDER, row.map((field) => (field.includes(',') ? `"${field}"` : field)).join(','));
    for (const event of [slow, bare]) {
      expect({ ...event, raw: '', seq: 0 }).toEqual({ ...plain, raw: '', seq: 0 });
    }
    expect(plain).toMatchObject({ query_type: 'CNAME', return_code: 5, categories: [4] });
  });

  it.each([10, 12, 13, 16, 300])('reads rows of %i columns', async (columns) => {
    const row = padded(
      ['2024-09-11 18:46:00', 'A', 'A', '10.0.0.1', '', 'Allowed', '1 (A)', 'NOERROR', 'x.', 'Chat'],
      columns,
    );
    row[columns - 1] = '77';
    const event = await one(FOLDER, csv(...row));
    expect(event).toMatchObject({ domain: 'x', src_ip: '10.0.0.1' });
    if (columns === 300) expect(event.extra).toEqual({ column_300: '77' });
  });

  it('refuses rows that are too short, and rows without a time, and keeps them', async () => {
    const { rejects, events } = await harness.read(
      umbrellaCsv,
      FOLDER,
      `"a","b","c"\n${csv(...padded(['soon'], 13))}x\n${sample}`,
    );
    expect(events).toHaveLength(3);
    expect(rejects).toEqual([
      { line: 1, reason: '3 columns, at least 10 expected', raw: '"a","b","c"' },
      expect.objectContaining({ line: 2, reason: 'no readable time "soon"' }),
      { line: 3, reason: '1 column, at least 10 expected', raw: 'x' },
    ]);
  });

  it('maps by name where there is a header, whatever the order and spelling', async () => {
    const header = 'Domain,ACTION,time_stamp,Internal-IP,New Shiny,Most Granular Identity,query type\n';
    const { events, rejects } = await harness.read(
      umbrellaCsv,
      FOLDER,
      `${header}x.example.,Blocked,2024-09-11 18:46:00,10.0.0.9,yes,LAPTOP-9,16 (TXT),surplus\nx.example.,Blocked\n`,
    );
    expect(events).toMatchObject([
      {
        domain: 'x.example',
        verdict: 'blocked',
        src_ip: '10.0.0.9',
        query_type: 'TXT',
        extra: { 'New Shiny': 'yes', column_8: 'surplus' },
      },
    ]);
    expect(await identityLabels(events[0]?.identity_ids)).toEqual(['LAPTOP-9']);
    expect(rejects).toMatchObject([{ line: 3, reason: '2 columns, the header has 7' }]);
  });

  it('takes a time without zone in the zone of the source, which is UTC unless told otherwise', async () => {
    const { events } = await harness.read(umbrellaCsv, FOLDER, sample, { timezone: 'Europe/Berlin' });
    expect(events[0]?.time).toBe('2024-09-11 16:46:00.000000');
  });
});

describe('umbrella-csv: bad input', () => {
  it('survives CRLF, a byte order mark, a missing last line end, NUL and invalid UTF-8', async () => {
    const bytes = Buffer.from(`\uFEFF${sample.toString().trimEnd().replaceAll('\n', '\r\n')}`);
    const { events, rejects } = await harness.read(umbrellaCsv, 'sample.csv', bytes);
    expect(rejects).toEqual([]);
    expect(events).toMatchObject(expected);
    const odd = Buffer.from(
      csv(...padded(['2024-09-11 18:46:00', 'A\0B', 'C"?', '10.0.0.1', '', 'Allowed', '', '', 'x.', ''], 13)),
    );
    odd[odd.indexOf('?')] = 0xff;
    expect(await one(FOLDER, odd.toString('latin1'))).toMatchObject({ domain: 'x' });
    const { events: kept } = await harness.read(umbrellaCsv, FOLDER, odd);
    expect(kept).toMatchObject([{ domain: 'x', src_ip: '10.0.0.1' }]);
  });
});

describe('umbrella-csv: recognition', () => {
  const recognise = (path: string, head: string | Buffer) => umbrellaCsv.recognise({ path, head: Buffer.from(head) });

  it('knows a table by its folder, the longest name first, and by content alone', () => {
    const fw = csv(
      ...padded(
        [
          '2024-09-11 18:46:00',
          '[1]',
          'T',
          'Network Tunnels',
          'OUTBOUND',
          '6',
          '60',
          '10.0.0.1',
          '5',
          '10.0.0.2',
          '22',
          'x',
          '1',
          'ALLOW',
        ],
        16,
      ),
    );
    expect(recognise(FOLDER, sample)).toEqual({ confidence: 95, variant: 'dnslogs' });
    expect(recognise('cloudfirewalllogs/x.csv', fw)?.variant).toBe('firewalllogs');
    expect(recognise('x.csv', sample)?.variant).toBe('dnslogs');
    expect(recognise('x.csv', fw)?.variant).toBe('firewalllogs');
    expect(
      recognise('x.csv', csv('2024-09-11 18:46:00', 'L', '10.0.0.1', '1', '10.0.0.2', '2', 'Malware'))?.variant,
    ).toBe('iplogs');
    expect(
      recognise('x.csv', csv('', '2024-09-11 18:46:00', 'a@b.c', 'A', 't', 'update', '10.0.0.1', '', ''))?.variant,
    ).toBe('auditlogs');
    expect(
      recognise('x.csv', 'Timestamp,Identities,Action,Domain,Query Type,Response Code,Internal IP,External IP\n')
        ?.variant,
    ).toBe('dnslogs');
  });

  it('does not know what is none of it', () => {
    const others = [
      '',
      '\n',
      '{"timestamp":"2024-09-11 18:46:00","domain":"x"}\n',
      'a,b,c\n1,2,3\n',
      '#separator \\x09\n',
    ];
    for (const other of [...others, Buffer.from('ffd8ffe000104a464946', 'hex'), '2024-09-11 18:46:00,1,2,3,4,5,6\n']) {
      expect(recognise('x.csv', other)).toBeUndefined();
    }
    expect(recognise(FOLDER, '{"timestamp":"x"}')).toBeUndefined();
    expect(recognise(FOLDER, Buffer.from('ffd8ffe000104a464946', 'hex'))).toBeUndefined();
  });

  it('asks for the record type where nothing tells it', () => {
    expect(() => umbrellaCsv.createFramer({ path: 'x', head: Buffer.from('a,b\n') })).toThrow(/dnslogs, proxylogs/);
    expect(() => umbrellaCsv.createFramer({ path: 'x', head: Buffer.alloc(0), variant: 'cdfwlogs' })).not.toThrow();
  });
});
