import { afterAll, beforeAll, expect, test } from 'vitest';
import { moveOrganization } from '../../../src/control/repos/organizations.ts';
import { TOKEN_PATHS } from '../../../src/dialects/umbrella-v2/paths.ts';
import type { Organization } from '../../../src/model/organization.ts';
import type { Credential } from '../../contract/dialect-contract.ts';
import { basicOf, tokenFor } from '../../umbrella-credentials.ts';
import { openWorld, TEST_ACTOR, type World } from '../../world.ts';
import { type Telling, telling } from './answers.ts';
import { askEachStatementOnce } from './one-statement-once.ts';
import { nameOf, QUESTIONS, type Question, requestOf } from './questions.ts';

// The branch moves, with its office, from the provider to the stranger, while tokens for it live.

interface Credentials {
  readonly key: Credential;
  readonly token: Credential;
}

let world: World;
let oldParent: Credentials;
let newParent: Credentials;
let own: Credentials;
/** Tokens of before the move: for the branch unless said otherwise, by whose client got them. */
let issued: Readonly<Record<string, Credential>> = {};
/** The branch's own answers of before the move. */
const before = new Map<Question, Telling[]>();
/** The second page of a walk through the branch's events that the old parent had begun. */
let nextPage: string;
let askAgain: () => void;

const NOBODY = 4_000_000;
const CATEGORIES = '/reports/v2/categories';
const DAY = 'from=1768435200000&to=1768521600000';
const naming = ({ id }: Organization): Credential => ({ 'x-umbrella-orgid': String(id) });

beforeAll(async () => {
  world = await openWorld();
  const { provider, branch, office, stranger } = world.organizations;
  for (const organization of Object.values(world.organizations)) {
    await world.load(
      organization,
      ['a', 'b'].map((name) => ({
        time: '2026-01-15T10:00:00Z',
        kind: 'dns',
        domain: `${name}.of-${organization.slug}.example`,
        identity_labels: [`laptop-of-${organization.slug}`],
        identity_types: ['roaming'],
        verdict: 'blocked',
        category_labels: ['Malware'],
      })),
    );
  }
  [oldParent, newParent, own] = await Promise.all([signIn(provider), signIn(stranger), signIn(branch)]);
  issued = {
    'old parent': await tokenFor(world, { ...oldParent.key, ...naming(branch) }),
    'old parent, for its office': await tokenFor(world, { ...oldParent.key, ...naming(office) }),
    'own client, for its office': await tokenFor(world, { ...own.key, ...naming(office) }),
  };
  for (const holder of Object.keys(issued)) expect(await status(CATEGORIES, tokenOf(holder)), holder).toBe(200);
  askAgain = askEachStatementOnce();
  for (const question of QUESTIONS) before.set(question, await ask(question, branch, own[question.family.credential]));
  const walk = `/reports/v2/activity?${DAY}&limit=1`;
  const first = await world.app.inject({ url: `${walk}&cursor=*`, headers: { ...oldParent.token, ...naming(branch) } });
  nextPage = `${walk}&cursor=${encodeURIComponent(first.json().meta.cursor)}`;
  await moveOrganization(world.context.control.db, { id: branch.id, parentId: stranger.id, actor: TEST_ACTOR });
}, 300_000);

afterAll(async () => {
  askAgain?.();
  await world?.close();
});

const tokenOf = (holder: string): Credential => issued[holder] ?? {};

async function signIn(organization: Organization): Promise<Credentials> {
  const key = basicOf(await world.createClient(organization));
  return { key, token: await tokenFor(world, key) };
}

/** The answers to a question about an organization, below every prefix of the question. */
function ask(question: Question, organization: { readonly id: number }, credential: Credential): Promise<Telling[]> {
  const subject = { id: organization.id, identity: 1, threat: 'Emotet' };
  return Promise.all(
    question.family.prefixes.map((prefix) =>
      telling(world, requestOf(question, subject, { prefix, credential, organization: organization.id })),
    ),
  );
}

const status = async (url: string, headers: Credential) => (await world.app.inject({ url, headers })).statusCode;

test('a child that moved keeps what it had, and whoever is above it now reads just that', async () => {
  const { branch } = world.organizations;
  const token = await tokenFor(world, { ...newParent.key, ...naming(branch) });
  for (const question of QUESTIONS) {
    const kind = question.family.credential;
    const holders = [own[kind], newParent[kind], ...(kind === 'token' ? [token] : [])];
    for (const credential of holders) {
      expect(await ask(question, branch, credential), nameOf(question)).toEqual(before.get(question));
    }
  }
  expect(await status(CATEGORIES, tokenOf('own client, for its office'))).toBe(200);
  expect(await status(nextPage, { ...newParent.token, ...naming(branch) })).toBe(200);
});

test('to the parent it had, a child that moved does not exist, whatever that parent still holds', async () => {
  const { branch, office, provider } = world.organizations;
  for (const question of QUESTIONS) {
    const kind = question.family.credential;
    const nobody = await ask(question, { id: NOBODY }, oldParent[kind]);
    for (const { status } of nobody) expect(status).toBe(403);
    for (const gone of [branch, office]) {
      expect(await ask(question, gone, oldParent[kind]), nameOf(question)).toEqual(nobody);
    }
    if (kind === 'key') continue;
    for (const holder of ['old parent', 'old parent, for its office']) {
      for (const answer of await ask(question, branch, tokenOf(holder))) expect(answer.status).toBe(401);
    }
  }
  expect(await status(nextPage, { ...oldParent.token, ...naming(branch) })).toBe(403);
  expect(await status(nextPage, tokenOf('old parent'))).toBe(401);
  for (const url of TOKEN_PATHS) {
    expect(await status(url, { ...oldParent.key, ...naming(branch) })).toBe(403);
    expect(await status(url, { ...own.key, ...naming(provider) })).toBe(403);
    expect(await status(url, { ...newParent.key, ...naming(branch) })).toBe(200);
  }
});

test('reports over customers hold a child that moved where it is now, and nowhere else', async () => {
  const { provider, branch, office, stranger, sibling } = world.organizations;
  for (const question of QUESTIONS.filter(({ method }) => method === 'GET')) {
    const kind = question.family.credential;
    const toldTo = async (parent: Organization, credential: Credential) =>
      (await ask(question, parent, credential)).map(({ text }) => text).join('\n');
    expect(await toldTo(provider, oldParent[kind]), nameOf(question)).not.toMatch(wordsOf(branch, office, stranger));
    const gained = await toldTo(stranger, newParent[kind]);
    expect(gained, nameOf(question)).not.toMatch(wordsOf(provider, sibling));
    if (question.family.name === 'reports' || !NAMING_CUSTOMERS.test(question.path)) continue;
    for (const customer of [branch, office]) expect(gained, nameOf(question)).toMatch(wordsOf(customer));
  }
});

const NAMING_CUSTOMERS = /^\/(deployments|(category-)?requests-by-org|requests-by-destination|.*-summary)$/;

/** Names and numbers of organizations, as answers may hold them. */
const wordsOf = (...organizations: readonly Organization[]) =>
  new RegExp(organizations.flatMap(({ id, slug }) => [`"${slug}"`, `of-${slug}\\b`, `\\b${id}\\b`]).join('|'));
