import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { dnsLine } from '../../test/dns-lines.ts';
import { type IngestHarness, openIngestHarness } from '../../test/ingest-harness.ts';
import { OVER_SERVER, standInOf } from '../../test/test-events.ts';
import { umbrellaCsv } from '../formats/umbrella-csv/index.ts';
import { loadAbandoned } from './recover.ts';

/** DNS rows that no other input holds. */
function rows(name: string): string {
  const time = new Date('2026-01-02T03:04:05Z');
  return Array.from({ length: 500 }, (_, row) => dnsLine({ time, domain: `h${row}.${name}.example.` })).join('');
}

// Only a server can be gone while what needs it goes on.
describe.skipIf(!OVER_SERVER)('a server in trouble', () => {
  let harness: IngestHarness;

  beforeAll(async () => {
    harness = await openIngestHarness([umbrellaCsv]);
  });

  afterEach(() => {
    standInOf(harness.events).troubles.clear();
  });

  afterAll(async () => {
    await harness.close();
  });

  async function states(): Promise<string[]> {
    const batches = await harness.control.db.selectFrom('batches').select('state').distinct().execute();
    return batches.map(({ state }) => state).sort();
  }

  test.each([
    [164, 'READONLY'],
    [202, 'TOO_MANY_SIMULTANEOUS_QUERIES'],
    [241, 'MEMORY_LIMIT_EXCEEDED'],
    [242, 'TABLE_IS_READ_ONLY'],
    [243, 'NOT_ENOUGH_SPACE'],
    [252, 'TOO_MANY_PARTS'],
    [285, 'TOO_FEW_LIVE_REPLICAS'],
    [516, 'AUTHENTICATION_FAILED'],
  ])('which answers %i keeps a batch waiting, and takes it once it is well', async (code, name) => {
    const before = await harness.count('events');
    standInOf(harness.events).troubles.plan(/INSERT INTO landing/, { kind: 'refuse', code, name }, 9);
    await expect(harness.import(`dnslogs/${code}.csv`, rows(`${code}`))).rejects.toMatchObject({ code: 'unavailable' });
    expect(await states()).toContain('open');
    standInOf(harness.events).troubles.clear();
    expect(await loadAbandoned(harness.ingest)).toBe(1);
    expect(await harness.count('events')).toBe(before + 500);
    expect(await states()).toEqual(['committed']);
  });

  test('which breaks the connection in mid-insert, or answers nothing after it, has each record once', async () => {
    for (const trouble of [{ kind: 'break-request', bytes: 1000 }, { kind: 'forget' }] as const) {
      const before = await harness.count('events');
      standInOf(harness.events).troubles.plan(/INSERT INTO landing/, trouble, 1);
      await harness.import(`dnslogs/${trouble.kind}.csv`, rows(trouble.kind));
      expect(await harness.count('events')).toBe(before + 500);
    }
    expect(await states()).toEqual(['committed']);
  });

  test('which is gone and comes back goes on where it was', async () => {
    const before = await harness.count('events');
    await standInOf(harness.events).stop();
    await expect(harness.import('dnslogs/gone.csv', rows('gone'))).rejects.toMatchObject({ code: 'unavailable' });
    await standInOf(harness.events).start();
    expect(await loadAbandoned(harness.ingest)).toBe(1);
    expect(await harness.count('events')).toBe(before + 500);
    expect(await states()).toEqual(['committed']);
  });
});
