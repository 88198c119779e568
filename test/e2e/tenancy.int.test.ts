import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ROUTES } from '../../src/dialects/umbrella-v2/routes/index.ts';
import type { Organization } from '../../src/model/organization.ts';
import type { Credential } from '../contract/dialect-contract.ts';
import { nativeContract } from '../contract/native.ts';
import { umbrellaV2Contract } from '../contract/umbrella-v2.ts';
import type { TestRecord } from '../records-format.ts';
import { openWorld, type World } from '../world.ts';

let world: World;
/** A client's token, of each organization by its slug. */
const tokens: Record<string, Credential> = {};

const TIME = 'from=1768435200000&to=1768521600000';
const NOBODY = 4_000_000;

/** Every report, and where kinds may stand in its path, those too. */
const REPORTS = ROUTES.filter((route) => route.method === undefined).flatMap(({ path, types = [] }) => [
  path,
  ...types.map((type) => `${path}/${type}`),
]);

beforeAll(async () => {
  world = await openWorld();
  const { branch } = world.organizations;
  await world.load(branch, eventsOf(branch));
  for (const organization of Object.values(world.organizations)) {
    tokens[organization.slug] = await umbrellaV2Contract.signIn(world, organization);
  }
});

afterAll(() => world?.close());

/** An event of each kind: names and addresses that all organizations share, and names that only one has. */
function eventsOf({ slug }: Organization): TestRecord[] {
  const shared = {
    src_ip: '10.0.0.1',
    identity_labels: ['LAPTOP', `laptop-of-${slug}`],
    identity_types: ['roaming', 'network'],
    category_labels: ['Phishing'],
    application_labels: ['Dropbox', `app-of-${slug}`],
    application_types: ['Cloud Storage', 'Media'],
    application_ids: [0, 0],
    threats: ['Emotet', `threat-of-${slug}`],
    threat_types: ['Trojan', `type-of-${slug}`],
    verdict: 'blocked',
    dst_ip: '192.0.2.1',
    rule_id: 7,
  };
  const names = ['shared.example', `host-of-${slug}.example`];
  return names.flatMap((domain, index): TestRecord[] => {
    const time = `2026-01-15T0${index}:00:00Z`;
    const url = `https://${domain}/path`;
    const file = { file_name: `file-of-${slug}.exe`, sha256: 'ab'.repeat(32), amp_disposition: 'malicious' };
    return [
      { ...shared, time, domain, kind: 'dns', query_type: 'A', return_code: 0 },
      { ...shared, ...file, time, domain, kind: 'web', url, bytes_in: 10, bytes_out: 20, status: 200 },
      { ...shared, time, domain, kind: 'firewall', dst_port: 443, proto: 6, packet_size: 60 },
      { ...shared, time, kind: 'intrusion', signature: `signature-of-${slug}`, signature_id: 1, severity: 1 },
      { ...shared, time, domain, kind: 'ip' },
    ];
  });
}

function ask(url: string, headers: Credential = {}) {
  return world.app.inject({ url, headers });
}

const tokenOf = ({ slug }: Organization): Credential => tokens[slug] ?? {};

/** Status, headers and body, without what differs from one moment to the next. */
async function telling(url: string, headers: Credential, hide: readonly string[] = []) {
  const { statusCode, payload, ...answer } = await ask(url, headers);
  const { date: _date, 'x-request-id': _id, ...others } = answer.headers;
  const body = hide.reduce((text, word) => text.replaceAll(word, '?'), payload);
  return JSON.stringify({ statusCode, headers: others, body });
}

/** The ways to name an organization on a report of `/reports/v2`, each as an address and headers. */
const NAMINGS: readonly ((path: string, id: number) => { url: string; headers: Credential })[] = [
  (path, id) => ({ url: `/reports/v2${path}?${TIME}`, headers: { 'x-umbrella-orgid': String(id) } }),
  (path, id) => ({ url: `/v2/organizations/${id}${path}?${TIME}`, headers: {} }),
  (path, id) => ({ url: `/organizations/${id}${path}?${TIME}`, headers: {} }),
];

/** Paths with an identity or a threat in them, as each organization has them. */
const concrete = (path: string) => path.replace('/threat-names/:id', '/threat-names/Emotet').replace(':id', '1');

describe('another organization', () => {
  test('changes nothing in any answer to this one, whatever the two have in common', async () => {
    const { branch, ...others } = world.organizations;
    const answers = async () => {
      const all: Record<string, string> = {};
      for (const path of REPORTS.map(concrete)) {
        all[path] = await telling(`/reports/v2${path}?${TIME}&limit=100`, tokenOf(branch));
      }
      return all;
    };
    const alone = await answers();
    expect(Object.values(alone).filter((answer) => answer.includes('of-branch')).length).toBeGreaterThan(20);
    for (const other of Object.values(others)) await world.load(other, eventsOf(other));
    expect(await answers()).toEqual(alone);
  });

  test('that is out of reach is answered as one that does not exist, on every report', async () => {
    const { provider, branch, office, sibling, stranger } = world.organizations;
    const outOfReach: [Organization, Organization[]][] = [
      [branch, [provider, sibling, stranger]],
      [office, [provider, branch, sibling]],
      [provider, [stranger]],
    ];
    for (const [caller, foreign] of outOfReach) {
      for (const path of REPORTS.map(concrete)) {
        for (const naming of NAMINGS) {
          const answerAbout = (id: number) => {
            const { url, headers } = naming(path, id);
            return telling(url, { ...headers, ...tokenOf(caller) });
          };
          const nobody = await answerAbout(NOBODY);
          expect(JSON.parse(nobody).statusCode, path).toBe(403);
          for (const { id, slug } of foreign) expect(await answerAbout(id), `${caller.slug} → ${slug}`).toBe(nobody);
        }
      }
    }
  });

  test('below the caller answers for itself alone, however it is named', async () => {
    const { provider, branch } = world.organizations;
    for (const path of REPORTS.map(concrete)) {
      const own = await telling(`/reports/v2${path}?${TIME}`, tokenOf(branch));
      for (const naming of NAMINGS) {
        const { url, headers } = naming(path, branch.id);
        expect(await telling(url, { ...headers, ...tokenOf(provider) }), url).toBe(own);
      }
    }
  });

  test('is not told from none to callers without a good credential', async () => {
    const { branch, stranger } = world.organizations;
    const operator = { authorization: `Bearer ${world.deps.operatorToken}` };
    const person = await nativeContract.signIn(world, branch);
    for (const credential of [{}, operator, person, umbrellaV2Contract.wrongCredential]) {
      for (const path of REPORTS.map(concrete)) {
        for (const naming of NAMINGS) {
          const answerAbout = (id: number) => {
            const { url, headers } = naming(path, id);
            return telling(url, { ...headers, ...credential });
          };
          const nobody = await answerAbout(NOBODY);
          expect(JSON.parse(nobody).statusCode, path).toBe(401);
          for (const { id } of [branch, stranger]) expect(await answerAbout(id), path).toBe(nobody);
        }
      }
    }
  });
});

describe('what one organization holds', () => {
  test('opens nothing in another: cursors', async () => {
    const { provider, branch, sibling, office } = world.organizations;
    const walk = (cursor: string) => `/reports/v2/activity?${TIME}&limit=1&cursor=${encodeURIComponent(cursor)}`;
    const as = (caller: Organization, about?: Organization): Credential => ({
      ...tokenOf(caller),
      ...(about && { 'x-umbrella-orgid': String(about.id) }),
    });
    const cursor: string = (await ask(walk('*'), as(branch))).json().meta.cursor;
    const madeUp = `${cursor.slice(0, -1)}${cursor.endsWith('A') ? 'B' : 'A'}`;
    for (const headers of [as(sibling), as(provider), as(office), as(provider, sibling), as(provider, office)]) {
      const answer = await telling(walk(cursor), headers, [cursor]);
      expect(JSON.parse(answer).statusCode).toBe(400);
      expect(answer).toBe(await telling(walk(madeUp), headers, [madeUp]));
    }
    expect((await ask(walk(cursor), as(provider, branch))).statusCode).toBe(200);
  });

  test('opens nothing in another: identities', async () => {
    const { branch, sibling } = world.organizations;
    const identities: { id: number; label: string }[] = (await ask('/reports/v2/identities', tokenOf(branch))).json()
      .data;
    const ours = identities.filter((identity) => identity.label === 'laptop-of-branch').map(({ id }) => id);
    expect(ours).toHaveLength(1);
    for (const id of ours) {
      const one = (number: number) => telling(`/reports/v2/identities/${number}`, tokenOf(sibling), [String(number)]);
      const nobody = id % 2 === 0 ? id + 1 : id - 1;
      expect(await one(id)).toBe(await one(nobody));
      const filtered = await ask(`/reports/v2/activity?${TIME}&identityids=${id}`, tokenOf(sibling));
      expect(filtered.json().data).toEqual([]);
      const found = await world.app.inject({
        method: 'POST',
        url: '/reports/v2/identities',
        headers: tokenOf(sibling),
        payload: JSON.stringify({ identityids: [id] }),
      });
      expect(found.json().data).toEqual([]);
    }
  });

  test('opens nothing in another: threats and names to search for', async () => {
    const { sibling } = world.organizations;
    const threat = (name: string) => telling(`/reports/v2/threat-names/${name}`, tokenOf(sibling), [name]);
    expect(await threat('threat-of-branch')).toBe(await threat('threat-of-nobody'));
    for (const query of ['search=of-branch', 'search=branch']) {
      expect((await ask(`/reports/v2/identities?${query}`, tokenOf(sibling))).json().data).toEqual([]);
    }
    const found = (await ask('/reports/v2/applications?application=of-branch', tokenOf(sibling))).json();
    expect(found.data.applications).toEqual([]);
  });
});
