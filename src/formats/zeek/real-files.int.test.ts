import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type FormatHarness, openFormatHarness } from '../../../test/format-harness.ts';
import { zeek } from './index.ts';
import { logOfPath } from './log-names.ts';

const data = join(import.meta.dirname, '../../../../shared/data/zeek');
const present = existsSync(data);
const files = present
  ? readdirSync(data, { recursive: true, encoding: 'utf8' })
      .filter((path) => /\.(?:log|json)(?:\.gz)?$/.test(path))
      .sort()
  : [];

function unpacked(path: string): Buffer {
  const bytes = readFileSync(join(data, path));
  return path.endsWith('.gz') ? gunzipSync(bytes) : bytes;
}

/** Rows as grep counts them: lines that are neither blank nor comments. */
function rowsOf(bytes: Buffer): string[] {
  return bytes
    .toString('latin1')
    .split('\n')
    .filter((line) => line !== '' && !line.startsWith('#'));
}

describe.skipIf(!present)(`Zeek files of ../shared/data${present ? '' : ' (skipped: the folder is absent)'}`, () => {
  let harness: FormatHarness;
  beforeAll(async () => {
    harness = await openFormatHarness([zeek]);
  });
  afterAll(() => harness?.close());

  it.each(files)('%s: every row is stored, except the names of scripts', async (path) => {
    const bytes = unpacked(path);
    const rows = rowsOf(bytes).length;
    const { counts, events } = await harness.read(zeek, path, bytes);
    const ignored = path.includes('loaded_scripts') ? rows : 0;
    expect(rows).toBeGreaterThan(0);
    expect(counts).toEqual({ received: rows, stored: rows - ignored, rejected: 0, ignored });
    const log = logOfPath(path);
    if (log !== undefined)
      expect(new Set(events.map(({ record_type }) => record_type))).toEqual(new Set(ignored > 0 ? [] : [log]));
  });

  it('conn.log: addresses, bytes and protocols are those of the columns', async () => {
    const bytes = unpacked('zat-tsv/conn.log');
    const { events } = await harness.read(zeek, 'conn.log', bytes);
    const rows = rowsOf(bytes).map((line) => line.split('\t'));
    const number = (text: string | undefined) => (text === '-' ? null : Number(text));
    expect(events.map((e) => [e.src_ip, e.dst_ip, e.bytes_out, e.bytes_in, e.packet_size, e.proto])).toEqual(
      rows.map((r) => [
        r[2],
        r[4],
        number(r[9]),
        number(r[10]),
        Number(r[16]) + Number(r[18]),
        { tcp: 6, udp: 17, icmp: 1 }[r[6] ?? ''],
      ]),
    );
  });

  it('dns.log: names, types and replies are those of the columns', async () => {
    const bytes = unpacked('zat-tsv/dns.log');
    const { events } = await harness.read(zeek, 'dns.log', bytes);
    const rows = rowsOf(bytes).map((line) => line.split('\t'));
    expect(events.map((e) => [e.domain, e.return_code])).toEqual(
      rows.map((r) => [r[8] === '-' ? '' : r[8]?.toLowerCase(), r[13] === '-' ? null : Number(r[13])]),
    );
  });

  const both = files.filter((path) => path.startsWith('wrccdc2018-tsv/') && !path.includes('stats'));
  it.each(both)('%s holds the same events as its JSON twin', async (path) => {
    const twin = path.replace('-tsv/', '-json/').replace('.log.gz', '.json.gz');
    const columns = ['time', 'kind', 'src_ip', 'src_port', 'dst_ip', 'dst_port', 'proto', 'signature', 'signature_id'];
    const read = async (file: string) =>
      (await harness.read(zeek, file, unpacked(file))).events
        .map((event) => columns.map((column) => event[column]).join(' '))
        .sort();
    expect(await read(path)).toEqual(await read(twin));
  });

  it('ftp logs keep no password', async () => {
    const { events } = await harness.read(zeek, 'ftp.log', unpacked('wrccdc2018-tsv/ftp.log.gz'));
    expect(JSON.stringify(events)).not.toContain('nessus@nessus.org');
    expect(events[0]).toMatchObject({ extra: { user: 'anonymous', password: '***' } });
  });
});
