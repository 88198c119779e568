import type { InjectOptions } from 'fastify';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ALL_SCOPES } from '../../../src/dialects/kit/umbrella/scopes.ts';
import { PROVIDER_PREFIXES, TOKEN_PATHS } from '../../../src/dialects/umbrella-v2/paths.ts';
import type { Organization } from '../../../src/model/organization.ts';
import type { Credential } from '../../contract/dialect-contract.ts';
import { basicOf, tokenFor } from '../../umbrella-credentials.ts';
import { openWorld, type World } from '../../world.ts';
import { telling } from './answers.ts';
import { badCredentials } from './credentials.ts';
import { askEachStatementOnce } from './one-statement-once.ts';
import { nameOf, QUESTIONS, type Question, requestOf } from './questions.ts';

let world: World;
/** Of the branch. */
let good: Record<'key' | 'token', Credential>;
let askAgain: () => void;
/** By what is bad about it. */
let bad: Record<string, Credential>;

const NOBODY = 4_000_000;
type Request = ReturnType<typeof requestOf>;

beforeAll(async () => {
  world = await openWorld();
  good = await signIn(world.organizations.branch);
  bad = await badCredentials(world, world.organizations.branch);
  for (const organization of Object.values(world.organizations)) {
    await world.load(organization, [
      { time: '2026-01-15T10:00:00Z', kind: 'dns', domain: 'shared.example', src_ip: '10.0.0.1' },
    ]);
  }
  askAgain = askEachStatementOnce();
});

afterAll(async () => {
  askAgain?.();
  await world?.close();
});

async function signIn(organization: Organization, options = {}) {
  const key = basicOf(await world.createClient(organization, options));
  return { key, token: await tokenFor(world, key) };
}

/** The requests that name an organization, without a credential: by path, by header, by both, in which the path names the branch. */
function namings(question: Question, number: number | string, customer: number): Request[] {
  const subject = { id: customer, identity: 1, threat: 'Emotet' };
  return question.family.prefixes.flatMap((prefix) => {
    const named = requestOf(question, subject, { prefix, credential: {}, organization: number });
    if (!prefix.includes(':organizationId') || question.family.name === 'v1') return [named];
    const self = { prefix, credential: {}, organization: world.organizations.branch.id };
    const both = requestOf(question, subject, self);
    return [named, { ...both, headers: { 'x-umbrella-orgid': String(number) } }];
  });
}

/** All answers to a credential that asks a question about an organization, in every naming. */
function answersAbout(question: Question, number: number | string, credential: Credential, customer = NOBODY) {
  const requests = namings(question, number, customer);
  return Promise.all(
    requests.map((request) => telling(world, { ...request, headers: { ...request.headers, ...credential } })),
  );
}

const MALFORMED: readonly (readonly [string, (own: number) => string])[] = [
  ['0', () => '0'],
  ['a negative number', (own) => `-${own}`],
  ['a number with a sign', (own) => `+${own}`],
  ['an exponent', (own) => `${own}e0`],
  ['a leading zero', (own) => `0${own}`],
  ['hexadecimal digits', (own) => `0x${own.toString(16)}`],
  ['a fraction', (own) => `${own}.0`],
  ['2 to the 53rd', () => String(2 ** 53)],
  ['more than 64 bits', (own) => String(2n ** 64n + BigInt(own))],
  ['more than 32 bits', (own) => String(2 ** 32 + own)],
  ['digits of another script', (own) => fullWidth(own)],
  ['a list', (own) => `${own},${own}`],
  ['more behind it', (own) => `${own} OR 1=1`],
  ['a blank in it', (own) => `${own}`.replace('000', '0 00')],
  ['ten thousand digits', () => '1'.repeat(10_000)],
  ['no number', () => 'branch'],
];

const fullWidth = (number: number) =>
  String(number).replace(/\d/g, (digit) => String.fromCharCode(0xff10 + Number(digit)));

/** The same request with something else wrong with it. */
const SPOILED: readonly ((request: Request, good: Credential, scopeless: Credential) => InjectOptions)[] = [
  (request, credential) =>
    signed({ ...request, url: request.url.replace(/from=\d+/, 'limit=x&offset=-1&start=x') }, credential),
  (request, credential) => signed({ ...request, payload: '{"identityids":' }, credential),
  (request, credential) => ({ ...signed(request, credential), method: 'HEAD' }),
  (request, credential) => ({ ...signed(request, credential), method: 'DELETE' }),
  (request, _credential, scopeless) => signed(request, scopeless),
  (request, credential) => signed({ ...request, url: request.url.replace('?', '/nothing?') }, credential),
];

const signed = (request: Request, credential: Credential): InjectOptions => ({
  ...request,
  headers: { ...request.headers, ...credential },
});

describe('on every route, an organization', () => {
  test('out of reach, one that does not exist and what is no number are answered alike, to the byte', async () => {
    const { provider, branch, office, sibling, stranger } = world.organizations;
    const foreign = [provider.id, sibling.id, stranger.id];
    const ofOffice = await signIn(office);
    const ofProvider = await signIn(provider);
    for (const question of QUESTIONS) {
      const kind = question.family.credential;
      const nobody = await answersAbout(question, NOBODY, good[kind]);
      for (const { status, text } of nobody) {
        expect(status, nameOf(question)).toBe(403);
        expect(text).toContain('invalid organization');
      }
      const odd = MALFORMED.map(([, spell]) => spell(branch.id));
      for (const [credential, numbers] of [
        [good, [...foreign, ...odd]],
        [ofOffice, [branch.id, ...foreign]],
        [ofProvider, [stranger.id, NOBODY]],
      ] as const) {
        for (const number of numbers) {
          const answers = await answersAbout(question, number, credential[kind]);
          for (const [index, answer] of answers.entries()) {
            expect(answer, `${nameOf(question)} of ${number}`).toEqual(nobody[index % nobody.length]);
          }
        }
      }
    }
  }, 300_000);

  test('that is foreign stays hidden behind whatever else is wrong', async () => {
    const { sibling, stranger } = world.organizations;
    const scopeless = await signIn(world.organizations.branch, { scopes: ['reports.nothing:read'] });
    for (const question of QUESTIONS) {
      const kind = question.family.credential;
      for (const request of namings(question, NOBODY, NOBODY)) {
        const about = (number: number) =>
          JSON.parse(JSON.stringify(request).replaceAll(String(NOBODY), String(number)));
        for (const spoil of SPOILED) {
          const ask = (number: number) => telling(world, spoil(about(number), good[kind], scopeless[kind]));
          const nobody = await ask(NOBODY);
          for (const { id } of [sibling, stranger]) expect(await ask(id), nameOf(question)).toEqual(nobody);
        }
      }
    }
  }, 300_000);
});

/** Where bearer tokens are taken, another scheme is no credential (RFC 6750, section 3). */
function isOffered({ family }: Question, { authorization }: Credential): boolean {
  return family.credential === 'token' ? /^bearer\b/i.test(String(authorization)) : authorization !== undefined;
}

describe('a credential that is not good', () => {
  test('opens no route, and tells nothing of what is there', async () => {
    const { branch, sibling, provider } = world.organizations;
    const said = new Map<string, Set<string>>();
    for (const question of QUESTIONS) {
      const crossed = question.family.credential === 'key' ? good.token : good.key;
      for (const [name, credential] of Object.entries({ ...bad, 'one of the other version': crossed })) {
        for (const { id } of [branch, sibling, provider, { id: NOBODY }]) {
          for (const { status, text } of await answersAbout(question, id, credential)) {
            expect(status, `${name}: ${nameOf(question)}: ${text}`).toBe(401);
            const surface = `${question.family.credential} ${isOffered(question, credential)}`;
            said.set(surface, new Set(said.get(surface)).add(text));
          }
        }
      }
    }
    // One answer with and one without a credential, the same on all routes of a surface.
    expect([...said.values()].map((texts) => texts.size)).toEqual([1, 1, 1, 1]);
  }, 300_000);

  test('is given no token, for whatever organization', async () => {
    const { branch, sibling } = world.organizations;
    const answers = new Set<string>();
    for (const url of TOKEN_PATHS) {
      for (const method of ['GET', 'POST'] as const) {
        for (const credential of Object.values({ ...bad, token: good.token })) {
          for (const number of ['', branch.id, sibling.id, NOBODY, 'x']) {
            const headers = { ...credential, 'x-umbrella-orgid': String(number) };
            answers.add((await telling(world, { method, url, headers })).text);
          }
        }
      }
    }
    expect([...answers]).toEqual([
      expect.stringMatching(/^401 .*\n\{"message":"Invalid authentication credentials"\}$/),
    ]);
  });
});

describe('a credential with some scopes', () => {
  test.each(ALL_SCOPES)(
    'does on every route what they say: %s',
    async (scope) => {
      const { branch, office } = world.organizations;
      const scoped = await signIn(branch, { scopes: [scope] });
      const opened: string[] = [];
      for (const question of QUESTIONS) {
        const own = await answersAbout(question, branch.id, scoped[question.family.credential], branch.id);
        const below = await answersAbout(question, office.id, scoped[question.family.credential], office.id);
        const statuses = new Set([...own, ...below].map(({ status }) => (status === 403 ? 'refused' : 'answered')));
        expect(statuses.size, nameOf(question)).toBe(1);
        if (statuses.has('answered')) opened.push(nameOf(question));
        else for (const { text } of [...own, ...below]) expect(text).toMatch(/lacks the scope reports\./);
      }
      expect(opened.length).toBeGreaterThan(0);
      expect(opened).toEqual(QUESTIONS.filter((question) => scopeNeeded(question) === scope).map(nameOf));
    },
    300_000,
  );
});

/** Section 2.3; v1 takes the same for the same kind of question. */
function scopeNeeded({ family, method, path }: Question): string {
  if (family.name === 'v1') {
    if (path.endsWith('-summary')) return 'reports.customers:read';
    return path.endsWith('/identities') ? 'reports.aggregations:read' : 'reports.granularEvents:read';
  }
  if (family.name === 'provider') {
    if (path === '/categories') return 'reports.utilities:read';
    return method === 'POST' ? 'reports.customers:write' : 'reports.customers:read';
  }
  if (path.startsWith('/activity')) return 'reports.granularEvents:read';
  if (path.startsWith('/summaries-by-rule')) return 'reports.summariesByRule:read';
  const utility = /^\/(applications|categories|identities|threat-types|threat-names)(\/:id)?$/.test(path);
  return utility ? 'reports.utilities:read' : 'reports.aggregations:read';
}

describe('a token for another organization', () => {
  test('is refused alike for all that are out of reach, existing or not', async () => {
    const { provider, branch, sibling, stranger } = world.organizations;
    const odd = MALFORMED.map(([, spell]) => spell(branch.id));
    for (const url of TOKEN_PATHS) {
      for (const method of ['GET', 'POST'] as const) {
        const ask = (number: number | string) =>
          telling(world, { method, url, headers: { ...good.key, 'x-umbrella-orgid': String(number) } });
        const nobody = await ask(NOBODY);
        expect(nobody.status).toBe(403);
        for (const number of [provider.id, sibling.id, stranger.id, ...odd]) expect(await ask(number)).toEqual(nobody);
      }
    }
  });
});

describe('a security report', () => {
  test('is asked for about nobody out of reach, and such are told from none by nothing', async () => {
    const { provider, branch, sibling, stranger, office } = world.organizations;
    const odd = MALFORMED.map(([, spell]) => encodeURIComponent(spell(branch.id)));
    for (const prefix of PROVIDER_PREFIXES) {
      const start = prefix.replace(':organizationId', String(branch.id));
      const ask = (number: number | string, payload?: string) =>
        telling(world, {
          method: 'POST',
          url: `${start}/customers/${number}/securityReportRequests`,
          headers: good.token,
          ...(payload !== undefined && { payload }),
        });
      expect((await ask(office.id)).status).toBe(200);
      for (const payload of [undefined, '{', '{"email":7}', '{"start_date":"2026-02-30"}', '{"email":"nobody"}']) {
        const nobody = await ask(NOBODY, payload);
        expect(nobody.status).toBe(payload === undefined || payload.includes('nobody') ? 403 : 400);
        for (const number of [provider.id, sibling.id, stranger.id, ...odd]) {
          expect(await ask(number, payload), String(number)).toEqual(nobody);
        }
      }
    }
  });
});
