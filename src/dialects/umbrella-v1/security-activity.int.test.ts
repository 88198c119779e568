import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { basicAuth } from '../../../test/basic-auth.ts';
import type { TestRecord } from '../../../test/records-format.ts';
import { openWorld, type World } from '../../../test/world.ts';
import { putOrganizationSetting } from '../../control/repos/organization-settings.ts';
import { seededRandom } from '../../kit/random.ts';
import type { Organization } from '../../model/organization.ts';

interface Answer {
  readonly requests: readonly { readonly destination: string; readonly datetime: string }[];
  readonly stopTimestamp?: number;
}

const NOW = Date.parse('2026-01-15T12:00:00Z');
const HOUR = 3_600_000;

function blocked(domain: string, timeMs: number, more: TestRecord = {}): TestRecord {
  const time = new Date(timeMs).toISOString();
  return { time, kind: 'dns', domain, verdict: 'blocked', category_labels: ['Malware'], src_ip: '10.0.0.1', ...more };
}

let world: World;
const keys: Record<string, { authorization: string }> = {};

async function ask(organization: Organization, query: string): Promise<Answer> {
  const url = `/v1/organizations/${organization.id}/security-activity?${query}`;
  const answer = await world.app.inject({ url, headers: keys[organization.slug] ?? {} });
  expect(answer.statusCode, answer.payload.slice(0, 300)).toBe(200);
  return answer.json();
}

/** Pages as an old script reads them: `stopTimestamp` as long as there is one. */
async function walk(
  organization: Organization,
  query: string,
  between: (page: Answer) => Promise<void> = async () => {},
) {
  const pages: Answer[] = [];
  let place = '';
  for (;;) {
    const page = await ask(organization, query + place);
    pages.push(page);
    if (page.stopTimestamp === undefined) return pages;
    place = `&stopTimestamp=${page.stopTimestamp}`;
    await between(page);
  }
}

const namesOf = (pages: readonly Answer[]) =>
  pages.flatMap(({ requests }) => requests.map(({ destination }) => destination));

beforeAll(async () => {
  world = await openWorld();
  for (const organization of Object.values(world.organizations)) {
    const { client, secret } = await world.createClient(organization);
    keys[organization.slug] = { authorization: basicAuth(client.id, secret) };
  }
});

afterAll(() => world?.close());

describe('a walk over security-activity', () => {
  const names = Array.from({ length: 5000 }, (_, index) => `host${index}.example`);
  const CROWDED = NOW - 5 * HOUR;

  beforeAll(async () => {
    const random = seededRandom('security activity');
    // 700 in one millisecond, as many as a page and as a page and one in two others, the rest a few in each.
    const timeOf = (index: number) => {
      if (index < 700) return CROWDED;
      if (index < 1200) return CROWDED - 1;
      if (index < 1701) return CROWDED + HOUR;
      return NOW - 20 * HOUR + random.int(1000) * 7_001;
    };
    const records = names.map((name, index) => blocked(name, timeOf(index)));
    // Batches that all reach over the whole time.
    for (const part of [0, 1, 2]) {
      await world.load(
        world.organizations.branch,
        records.filter((_, index) => index % 3 === part),
      );
    }
  });

  test.each([500, 499, 100])('of pages of %d reads each of 5,000 events once', async (limit) => {
    const pages = await walk(world.organizations.branch, `limit=${limit}`);
    expect(namesOf(pages).toSorted()).toEqual(names.toSorted());
    const times = pages.flatMap(({ requests }) => requests.map(({ datetime }) => datetime));
    expect(times).toEqual(times.toSorted().reverse());
    const sizes = pages.map(({ requests }) => requests.length);
    expect(sizes).toContain(700);
    for (const { requests, stopTimestamp } of pages.slice(0, -1)) {
      expect(stopTimestamp).toBe(Date.parse(requests.at(-1)?.datetime ?? ''));
    }
  });

  test('repeats nothing and loses nothing while events arrive, on both sides of where it stands', async () => {
    let arrivals = 0;
    const pages = await walk(world.organizations.branch, `start=${NOW / 1000 - 86_400}&limit=500`, async (page) => {
      arrivals += 1;
      const at = page.stopTimestamp ?? 0;
      await world.load(world.organizations.branch, [
        blocked(`behind${arrivals}.example`, at),
        // Right before it stands: not forever, or it would never come further.
        blocked(`ahead${arrivals}.example`, arrivals < 4 ? at - 1 : NOW - 21 * HOUR),
        blocked(`newest${arrivals}.example`, NOW - 1000),
      ]);
    });
    const seen = namesOf(pages);
    expect(new Set(seen).size).toBe(seen.length);
    expect(seen.filter((name) => name.startsWith('host')).toSorted()).toEqual(names.toSorted());
    expect(arrivals).toBeGreaterThan(5);
    expect(seen.filter((name) => name.startsWith('ahead'))).toHaveLength(arrivals);
    expect(seen.filter((name) => /^(behind|newest)/.test(name))).toEqual([]);
  });

  test('begins and ends with a crowded millisecond', async () => {
    const { office } = world.organizations;
    // More than a slice of the store's, newest and oldest of all there is.
    const crowd = (name: string, count: number, timeMs: number) =>
      Array.from({ length: count }, (_, index) => blocked(`${name}${index}.example`, timeMs));
    const late = crowd('late', 5200, NOW - 1000);
    const early = crowd('early', 3, NOW - 2000);
    await world.load(office, [...early, ...late]);
    const pages = await walk(office, 'limit=2');
    expect(pages.map(({ requests, stopTimestamp }) => [requests.length, stopTimestamp])).toEqual([
      [5200, NOW - 1000],
      [3, undefined],
    ]);
    expect(new Set(namesOf(pages)).size).toBe(5203);
  });
});

describe('security-activity', () => {
  beforeAll(async () => {
    const { provider, sibling } = world.organizations;
    await world.load(sibling, [
      blocked('now.example', NOW - 1),
      blocked('hour.example', NOW - HOUR, { category_labels: ['Games', 'Phishing', 'Our Own List'] }),
      blocked('week.example', NOW - 168 * HOUR),
      blocked('games.example', NOW - HOUR, { category_labels: ['Games'] }),
      blocked('unlisted.example', NOW - HOUR, { category_labels: ['Our Own List'] }),
      blocked('plain.example', NOW - HOUR, { category_labels: [] }),
      blocked('allowed.example', NOW - HOUR, { verdict: 'allowed' }),
      blocked('proxied.example', NOW - HOUR, { kind: 'web', verdict: 'proxied' }),
      blocked('', NOW - 2 * HOUR, { kind: 'firewall', dst_ip: '192.0.2.1' }),
      blocked('', NOW - 3 * HOUR, { kind: 'intrusion', dst_ip: '192.0.2.1' }),
    ]);
    await world.load(
      provider,
      Array.from({ length: 620 }, (_, index) => blocked(`p${index}.example`, NOW - index)),
    );
  });

  const about = async (query: string) => namesOf([await ask(world.organizations.sibling, query)]);

  test('is what was blocked and has a security category, over 24 hours where nothing else is said', async () => {
    expect(await about('')).toEqual(['now.example', 'hour.example', '']);
    expect(await about('start=&stop=')).toEqual(await about(''));
    const [, hour] = (await ask(world.organizations.sibling, '')).requests;
    expect(hour).toMatchObject({ categories: ['Games', 'Phishing', 'Our Own List'], tags: [], actionTaken: 'BLOCKED' });
  });

  test('reaches back as far as start says, and ends where stop or end says', async () => {
    const second = (ms: number) => Math.floor(ms / 1000);
    const start = `start=${second(NOW - 200 * HOUR)}`;
    expect(await about(start)).toEqual(['now.example', 'hour.example', '', 'week.example']);
    for (const end of ['stop', 'end']) {
      expect(await about(`${start}&${end}=${second(NOW - HOUR)}`)).toEqual(['hour.example', '', 'week.example']);
    }
    expect(await about(`stop=${second(NOW - 150 * HOUR)}`)).toEqual(['week.example']);
    expect(await about(`${start}&stopTimestamp=${NOW - HOUR}`)).toEqual(['', 'week.example']);
  });

  test('answers 100 when not told how many, and 500 at most unless that was lifted', async () => {
    const { provider } = world.organizations;
    const count = async (query: string) => (await ask(provider, query)).requests.length;
    expect(await count('')).toBe(100);
    expect(await count('limit=')).toBe(100);
    expect(await count('limit=10000')).toBe(500);
    const { db } = world.context.control;
    const actor = { type: 'system', id: 'test', label: 'test', from: 'local', via: 'test' } as const;
    const setting = { organizationId: provider.id, name: 'securityActivityLimit', actor };
    await putOrganizationSetting(db, { ...setting, value: 600 });
    expect(await count('limit=10000')).toBe(600);
    await putOrganizationSetting(db, { ...setting, value: 30 });
    expect(await count('')).toBe(30);
  });
});
