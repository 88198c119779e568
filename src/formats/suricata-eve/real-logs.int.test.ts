import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type FormatHarness, openFormatHarness } from '../../../test/format-harness.ts';
import { suricataEve } from './index.ts';

const DATA = join(import.meta.dirname, '../../../../shared/data/suricata');

describe.skipIf(!existsSync(DATA))('real logs (when ../shared/data is there)', () => {
  let harness: FormatHarness;
  beforeAll(async () => {
    harness = await openFormatHarness([suricataEve]);
  });
  afterAll(() => harness.close());

  interface Logged {
    readonly timestamp: string;
    readonly event_type: string;
    readonly src_ip?: string;
    readonly dest_port?: number;
    readonly alert?: { readonly signature_id: number; readonly severity?: number };
    readonly http?: { readonly hostname?: string; readonly status?: number | string };
    readonly fileinfo?: { readonly size: number };
  }

  function logged(name: string): Logged[] {
    const text = readFileSync(join(DATA, name), 'utf8');
    if (name.includes('raw_logs')) {
      const wrapper = JSON.parse(text) as { raw_logs: { entries: { data: string }[] } };
      return wrapper.raw_logs.entries.map(({ data }) => JSON.parse(data) as Logged);
    }
    if (text.startsWith('[')) return JSON.parse(text) as Logged[];
    return text
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as Logged);
  }

  /** What a record says, read by other means. */
  function columnsOf({ timestamp, event_type, src_ip, dest_port, alert, http, fileinfo }: Logged): object {
    const zoned = /[+-]\d{4}$/.test(timestamp) ? timestamp : `${timestamp}+0000`;
    const second = new Date(zoned.replace(/([+-]\d\d)(\d\d)$/, '$1:$2')).toISOString().slice(0, 19);
    return {
      record_type: event_type,
      time: `${second.replace('T', ' ')}.${timestamp.slice(20, 26)}`,
      dst_port: dest_port ?? null,
      signature_id: alert?.signature_id ?? 0,
      severity: alert?.severity ?? 0,
      status: http?.status === undefined ? null : Number(http.status),
      ...(http?.hostname === undefined ? {} : { domain: http.hostname.replace(/:\d+$/, '') }),
      ...(fileinfo === undefined ? {} : { bytes_in: fileinfo.size }),
      ...(src_ip?.includes('.') ? { src_ip } : {}),
    };
  }

  it.each([
    ['alerts-first-conf-2015.json', 136, 0],
    ['alerts-honeypot-2018.json', 44, 0],
    ['eve-2011-2017-part1.ndjson', 910, 90],
    ['secops-suricata-eve.raw_logs.json', 13, 0],
    ['verify-output-eve-fileinfo.eve.json', 1, 0],
  ])('reads %s', async (name, stored, ignored) => {
    const { events, counts } = await harness.read(suricataEve, name, readFileSync(join(DATA, name)));
    expect(counts).toEqual({ received: stored + ignored, stored, rejected: 0, ignored });
    const kept = logged(name).filter(({ event_type }) => event_type !== 'stats');
    expect(kept.length).toBe(stored);
    expect(events).toMatchObject(kept.map(columnsOf));
  });

  it('does not take the field dictionary for a log', () => {
    const head = readFileSync(join(DATA, 'verify-eve-expectations.ndjson')).subarray(0, 65_536);
    expect(suricataEve.recognise({ path: 'verify-eve-expectations.ndjson', head })).toBeUndefined();
  });
});
