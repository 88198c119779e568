import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { suricataEve } from './index.ts';

const SAMPLE = readFileSync(join(import.meta.dirname, 'sample.ndjson'));
const GOOD = '{"timestamp":"2026-03-02T10:00:00.000001+0000","event_type":"flow","flow_id":1,"src_ip":"10.0.0.1"}';

describe('recognition', () => {
  const recognise = (head: string | Buffer, path = 'upload') =>
    suricataEve.recognise({ path, head: Buffer.from(head) });

  it('knows events by their keys, in any layout', () => {
    expect(recognise(SAMPLE)).toEqual({ confidence: 95, variant: 'events' });
    expect(recognise(JSON.stringify([JSON.parse(GOOD)], null, 4))).toEqual({ confidence: 95, variant: 'events' });
    expect(recognise(`broken\n${GOOD}`)).toBeUndefined();
    expect(recognise(`{"broken\n${GOOD}\n`)).toEqual({ confidence: 95, variant: 'events' });
    const statistics = { timestamp: 't', event_type: 'stats', stats: { names: Array(9000).fill('thread') } };
    expect(recognise(JSON.stringify(statistics).slice(0, 65_536))?.confidence).toBe(95);
    expect(recognise(JSON.stringify({ raw_logs: { entries: [{ data: GOOD }] } }))?.variant).toBe('wrapped');
  });

  it('takes the usual file name for a hint only', () => {
    expect(recognise('{"a":1}', '/var/log/suricata/eve.json')).toEqual({ confidence: 40, variant: 'events' });
    expect(recognise('{"a":1}', '/var/log/suricata/eve-2026-03-02.json.gz')).toEqual({
      confidence: 40,
      variant: 'events',
    });
    expect(recognise('{"a":1}', '/var/log/evening.json')).toBeUndefined();
  });

  it.each([
    ['nothing', ''],
    ['a JPEG', Buffer.from([0xff, 0xd8, 0xff, 0xe0, 0, 16, 0x4a, 0x46, 0x49, 0x46, 0])],
    ['Zeek JSON', '{"ts":1.5,"uid":"C1","id.orig_h":"10.0.0.1","id.resp_h":"10.0.0.2","proto":"udp"}\n'],
    ['another event_type', '{"event_type":"login","timestamp":"2026-01-01","user":"kim"}\n'],
    ['a list of numbers', '[1, 2, 3]'],
    ['CSV', '"2026-03-02 10:00:00","kim","kim","10.0.0.1"\n'],
  ])('does not take %s for its own', (_, head) => {
    expect(recognise(head, 'eve.json')?.confidence ?? 0).toBeLessThanOrEqual(40);
    expect(recognise(head)).toBeUndefined();
  });

  it('names its variants when asked for another', () => {
    const input = { path: 'x', head: SAMPLE, variant: 'alerts' };
    expect(() => suricataEve.createFramer(input)).toThrow('the variants are events and wrapped');
  });
});
