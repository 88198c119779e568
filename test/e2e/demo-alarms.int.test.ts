import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { loadDemoSet } from '../../src/cli/demo-set.ts';
import { type Belfry, startBelfry } from '../../src/cli/start-belfry.ts';
import type { Alarm } from '../../src/cli/wire.ts';
import { loadConfig } from '../../src/config/index.ts';
import { detectionLag } from '../../src/core/detection/index.ts';
import { INCIDENTS } from '../../src/sources/demo/incidents.ts';

const DAY_MS = 86_400_000;
const DAYS = 30;
const END = '2026-03-01T09:00:00Z';
const MIDNIGHT = Date.parse('2026-03-01T00:00:00Z');

let folder: string;
let belfry: Belfry;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'belfry-demo-alarms-'));
  belfry = await startBelfry(loadConfig({ BELFRY_DATA: folder }), { host: '127.0.0.1', port: 0 });
  const plan = { events: 60_000, days: DAYS, seed: 1, end: new Date(END), scale: false };
  await loadDemoSet(belfry.connect(), folder, plan);
  await vi.waitFor(async () => expect((await detectionLag(belfry.context)).batches).toBe(0), {
    timeout: 240_000,
    interval: 200,
  });
}, 420_000);

afterAll(async () => {
  await belfry?.close();
  await rm(folder, { recursive: true, force: true });
});

async function alarmsOf(slug: string): Promise<Alarm[]> {
  const { data } = await belfry.connect().get<{ data: Alarm[] }>(`/organizations/${slug}/alarms`, { limit: 1000 });
  return data;
}

/** Alarms whose events overlap a stretch of time, in hours after the midnight that begins the day so many days back. */
async function around(slug: string, day: number, [from, to]: readonly [number, number]): Promise<Alarm[]> {
  const midnight = MIDNIGHT - day * DAY_MS;
  return (await alarmsOf(slug)).filter(
    ({ firstEventAt, lastEventAt }) =>
      Date.parse(firstEventAt) < midnight + to * 3_600_000 && Date.parse(lastEventAt) >= midnight + from * 3_600_000,
  );
}

const names = (ends: Alarm['sources']) => ends.flatMap(({ address, name }) => [address, name]);

describe('the demo set', () => {
  test('shows the beaconing laptop in each night that it was refused', async () => {
    for (const day of [5, 4, 3]) {
      const night = await around('harborside-clinic', day, [22, 29]);
      const alarm = night.find(
        ({ sources, destinations }) =>
          names(sources).includes('LAPTOP-07') && names(destinations).includes('sync.palecrow.example'),
      );
      expect(alarm?.rule).toMatchObject({ strategy: 'C&C Communication', priorityLabel: 'high' });
    }
  });

  test('shows the phishing click: the form that was sent, and what was refused then', async () => {
    const morning = await around('harborside-clinic', 4, [10, 11]);
    const alarms = morning.filter(
      ({ sources, destinations }) =>
        names(sources).includes('finance-ws-03') && names(destinations).includes('login.harborside-payroll.example'),
    );
    const titles = alarms.map(({ rule }) => rule.title);
    expect(titles).toContain('Form sent to a newly seen domain');
    expect(titles).toContain('Lookup of a phishing host was blocked');
  });

  test('shows the blocked miner on both afternoons', async () => {
    for (const day of [6, 5]) {
      const alarm = (await around('copperline-works', day, [12, 17])).find(
        ({ sources, rule }) => names(sources).includes('CNC-PC-02') && rule.strategy === 'Cryptomining',
      );
      expect(names(alarm?.destinations ?? [])).toEqual(
        expect.arrayContaining(['eu.coinquarry.example', 'us.coinquarry.example', 'stratum.hashbarn.example']),
      );
    }
  });

  test('shows the port scan as one alarm with all of its events', async () => {
    const scans = (await around('copperline-works', 2, [2, 3])).filter(
      ({ sources }) => names(sources)[0] === '203.0.113.66',
    );
    expect(scans.map(({ rule, events }) => [rule.title, events]).sort()).toEqual([
      ['Intrusion sensor reports scans again and again', 80],
      ['Many ports of one host were tried', 400],
    ]);
    for (const { destinations } of scans) expect(names(destinations)).toContain('10.40.0.90');
  });

  test('shows the curious pupil', async () => {
    const scans = (await around('elmfield-school', 7, [13, 14])).filter(({ rule }) => rule.strategy === 'Portscan');
    expect(scans.map(({ sources, destinations }) => [names(sources)[0], names(destinations)[0]])).toEqual([
      ['10.30.0.20', '10.30.0.130'],
    ]);
  });

  test('shows the backups that stopped', async () => {
    const alarms = (await alarmsOf('harborside-clinic')).filter(({ rule }) => rule.strategy === 'Backup');
    const stopped = alarms.filter(({ groupKey }) => groupKey === INCIDENTS.backups.volume);
    const titles = new Set(stopped.map(({ rule }) => rule.title));
    expect([...titles].sort()).toEqual(['Backup failed', 'Backups of one asset fail again and again']);
    for (const { sources } of stopped) expect(names(sources)).toContain(INCIDENTS.backups.volume);
  });

  test('does not drown anybody in alarms', async () => {
    const slugs = ['larkspur-it', 'harborside-clinic', 'elmfield-school', 'copperline-works'];
    const counts = await Promise.all(slugs.map(async (slug) => (await alarmsOf(slug)).length));
    for (const count of counts) expect(count).toBeLessThan(10 * DAYS);
  });
});
