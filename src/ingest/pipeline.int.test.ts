import { readdir } from 'node:fs/promises';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { dnsLine } from '../../test/dns-lines.ts';
import { acknowledge, dnsLogInput, type IngestHarness, openIngestHarness } from '../../test/ingest-harness.ts';
import { abandonAllBatches } from '../control/ledger.ts';
import { listImports } from '../control/repos/imports.ts';
import { suricataEve } from '../formats/suricata-eve/index.ts';
import { umbrellaCsv } from '../formats/umbrella-csv/index.ts';
import { BATCH_BYTES } from './ingest.ts';
import { recoverBatches } from './recover.ts';

const FORMATS = [umbrellaCsv, suricataEve];

/** DNS rows in the 16-column form, told apart by `from`: no two calls with other numbers share a line. */
function dnsRows(from: number, to: number): string {
  const start = Date.UTC(2026, 0, 1);
  return Array.from({ length: to - from }, (_, index) => {
    const row = from + index;
    const asked = { domain: `host${row}.example.`, identity: `LAPTOP-${row % 5}`, client: `10.0.0.${row % 250}` };
    return dnsLine({ time: new Date(start + row * 1000), ...asked });
  }).join('');
}

/** One line each, of different lengths, with objects inside. */
function eveLines(from: number, to: number): string {
  const lines = Array.from({ length: to - from }, (_, index) =>
    JSON.stringify({
      timestamp: new Date(Date.UTC(2026, 0, 1) + (from + index) * 1000).toISOString(),
      event_type: 'dns',
      dns: { type: 'query', rrname: `eve${'x'.repeat(index % 7)}.example`, rrtype: 'A' },
      src_ip: '10.0.0.9',
      flow_id: from + index,
    }),
  );
  return lines.map((line) => `${line}\n`).join('');
}

const PATH = 'dnslogs/2026-01-01/2026-01-01-00-00-aaaa.csv';

describe('importInput', () => {
  let harness: IngestHarness;

  beforeAll(async () => {
    harness = await openIngestHarness(FORMATS);
  });

  afterAll(async () => {
    await harness.close();
  });

  async function growthOf(work: () => Promise<unknown>): Promise<{ events: number; rejects: number; rollup: number }> {
    const measure = async () => ({
      events: await harness.count('events'),
      rejects: await harness.count('rejects'),
      rollup: await rollupTotal(harness),
    });
    const before = await measure();
    await work();
    const after = await measure();
    return {
      events: after.events - before.events,
      rejects: after.rejects - before.rejects,
      rollup: after.rollup - before.rollup,
    };
  }

  test('stores every record once and counts it', async () => {
    const grown = await growthOf(async () => {
      const { receipt, format, damage } = await harness.import(PATH, dnsRows(0, 500));
      expect(receipt).toEqual({ received: 500, stored: 500, rejected: 0, duplicate: 0, ignored: 0, setAside: 0 });
      expect(format).toBe('umbrella-csv');
      expect(damage).toBeUndefined();
    });
    expect(grown).toEqual({ events: 500, rejects: 0, rollup: 500 });
    expect(await readdir(harness.ingest.spool.folder)).toEqual([]);
  });

  test('knows the same bytes again under another name, packed or plain', async () => {
    const grown = await growthOf(async () => {
      for (const bytes of [Buffer.from(dnsRows(0, 500)), gzipSync(dnsRows(0, 500))]) {
        const { receipt } = await harness.import('dnslogs/renamed.csv.gz', bytes);
        expect(receipt).toMatchObject({ received: 500, stored: 0, duplicate: 500 });
      }
    });
    expect(grown).toEqual({ events: 0, rejects: 0, rollup: 0 });
  });

  test('stores only the new part of an input that grew, again and again', async () => {
    const steps = [600, 601, 900];
    let before = 500;
    for (const rows of steps) {
      const { receipt } = await harness.import(PATH, dnsRows(0, rows));
      expect(receipt).toMatchObject({ received: rows, stored: rows - before, duplicate: before });
      before = rows;
    }
    expect(await harness.count('events')).toBe(900);
  });

  test('takes a last record that had no line end as known once the line end is there', async () => {
    const rows = dnsRows(2000, 2010);
    await harness.import(PATH, rows.slice(0, -1));
    const { receipt } = await harness.import(PATH, rows + dnsRows(2010, 2012));
    expect(receipt).toMatchObject({ received: 12, stored: 2, duplicate: 10 });
  });

  test('reads a last record anew when it was cut and has grown, and that one alone', async () => {
    const rows = dnsRows(3000, 3003);
    const cut = rows.slice(0, rows.lastIndexOf('\n', rows.length - 2) + 30);
    const first = await harness.import(PATH, cut);
    expect(first.receipt).toMatchObject({ received: 3, stored: 2, rejected: 1 });
    const second = await harness.import(PATH, rows);
    expect(second.receipt).toMatchObject({ received: 3, stored: 1, duplicate: 2 });
  });

  test('stores each record once when a log is read again and again while it is written', async () => {
    const log = eveLines(0, 40);
    const growth = await growthOf(async () => {
      const insideRecord = log.indexOf('}', 3_000) + 1;
      for (const end of [500, 1_100, insideRecord, 4_000]) await harness.import('eve.json', log.slice(0, end));
      const { receipt } = await harness.import('eve.json', log);
      expect(receipt).toMatchObject({ received: 40, rejected: 0 });
    });
    expect(growth).toMatchObject({ events: 40, rollup: 40 });
  });

  test('keeps a rejected record with its line number, reason and bytes', async () => {
    const good = dnsRows(4000, 4002).split('\n');
    const { receipt } = await harness.import(PATH, `${good[0]}\r\n\r\n"only","three","columns"\r\n${good[1]}`);
    expect(receipt).toMatchObject({ received: 3, stored: 2, rejected: 1 });
    const rejects = await harness.events.query<{ line: number; reason: string; raw: string }>(
      `SELECT line, reason, raw FROM rejects WHERE raw LIKE '%only%'`,
    );
    expect(rejects).toEqual([
      { line: 3, reason: expect.stringContaining('3 columns'), raw: '"only","three","columns"' },
    ]);
  });

  test('reports a truncated gzip with everything that came before, and completes it later', async () => {
    const rows = dnsRows(5000, 9000);
    const packed = gzipSync(rows);
    const cut = await harness.import(PATH, packed.subarray(0, Math.floor(packed.length * 0.7)));
    expect(cut.damage?.reason).toContain('ends too early');
    expect(cut.receipt.stored).toBeGreaterThan(1000);
    const whole = await harness.import(PATH, packed);
    expect(whole.damage).toBeUndefined();
    const [row] = await harness.events.query<{ events: number; names: number }>(
      `SELECT count() AS events, uniqExact(domain) AS names FROM events WHERE match(domain, '^host([5-8][0-9]{3})')`,
    );
    expect(row).toEqual({ events: 4000, names: 4000 });
  });

  test('refuses what is no log, naming it, and leaves nothing behind', async () => {
    const jpeg = Buffer.concat([Buffer.from([0xff, 0xd8, 0xff, 0xe0]), Buffer.from('JFIF'), Buffer.alloc(1000, 7)]);
    const grown = await growthOf(async () => {
      await expect(harness.import('photo.jpg', jpeg)).rejects.toMatchObject({
        code: 'bad_request',
        public: expect.stringContaining('photo.jpg'),
      });
    });
    expect(grown).toEqual({ events: 0, rejects: 0, rollup: 0 });
  });

  test('takes an empty input for what it is', async () => {
    const { receipt, format } = await harness.import('empty.csv', '');
    expect(receipt.received).toBe(0);
    expect(format).toBeNull();
  });

  test('stores the same input once when it comes twice at the same moment', async () => {
    const rows = dnsRows(10_000, 12_000);
    const grown = await growthOf(async () => {
      const both = await Promise.all([harness.import(PATH, rows), harness.import(PATH, rows)]);
      const stored = both.reduce((total, { receipt }) => total + receipt.stored, 0);
      const duplicate = both.reduce((total, { receipt }) => total + receipt.duplicate, 0);
      expect({ stored, duplicate }).toEqual({ stored: 2000, duplicate: 2000 });
    });
    expect(grown).toEqual({ events: 2000, rejects: 0, rollup: 2000 });
  });

  test('goes through many batches, and refuses a record longer than a batch without losing its neighbours', async () => {
    const flood = `{"timestamp":"2026-01-01T00:00:00.000000+0000","event_type":"flow","filler":"${'x'.repeat(BATCH_BYTES)}"}\n`;
    const line =
      '{"timestamp":"2026-01-01T00:00:00.000000+0000","event_type":"flow","src_ip":"10.0.0.1","dest_ip":"192.0.2.1"}\n';
    const { receipt } = await harness.import('eve.json', line + flood + line, { formatName: 'suricata-eve' });
    expect(receipt.stored).toBe(2);
    expect(receipt.received).toBe(receipt.stored + receipt.rejected);
    expect(receipt.rejected).toBeGreaterThanOrEqual(1);
  });

  test('finishes what a process that is gone had acknowledged', async () => {
    const input = dnsLogInput(dnsRows(20_000, 20_300));
    const batch = await acknowledge(harness.ingest, harness.organizationId, input);
    await abandonAllBatches(harness.control.db, new Date());
    expect(await recoverBatches(harness.ingest)).toBe(1);
    const [row] = await harness.events.query<{ n: number }>(`SELECT count() AS n FROM events WHERE seq = ${batch.seq}`);
    expect(row?.n).toBe(300);
    const { receipt } = await harness.import(PATH, input.bytes);
    expect(receipt).toMatchObject({ received: 300, duplicate: 300, stored: 0 });
    const unfinished = await listImports(harness.control.db, { state: 'running', limit: 10 });
    expect(unfinished.map((one) => one.path)).not.toContain('cut short');
  });
});

async function rollupTotal(harness: IngestHarness): Promise<number> {
  const [row] = await harness.events.query<{ n: number }>(
    'SELECT sum(requests) AS n FROM facets_hourly WHERE facet = 1',
  );
  return row?.n ?? 0;
}
