import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Credential } from '../../contract/dialect-contract.ts';
import { type Telling, telling } from './answers.ts';
import { type Crowd, type Member, openCrowd } from './crowd.ts';
import { askEachStatementOnce } from './one-statement-once.ts';
import { type Asking, nameOf, QUESTIONS, QUESTIONS_BY_ROUTE, type Question, requestOf } from './questions.ts';

let crowd: Crowd;
let askAgain: () => void;
/** The provider's tokens for each of its customers, by number. */
const issued = new Map<number, Credential>();

beforeAll(async () => {
  crowd = await openCrowd();
  for (const child of crowd.children) issued.set(child.id, await crowd.issuedFor(child));
  askAgain = askEachStatementOnce();
});

afterAll(async () => {
  askAgain?.();
  await crowd?.world.close();
});

/** Every way to ask about a customer: each prefix with its own credential, with one issued for it, with its parent's. */
function waysToAsk({ family }: Question, { id, key, token }: Member): [Asking, ...Asking[]] {
  const { provider } = crowd;
  const credentials: Credential[] =
    family.credential === 'key' ? [key, provider.key] : [token, issued.get(id) ?? {}, provider.token];
  const ways = family.prefixes.flatMap((prefix) =>
    credentials.map((credential) => ({ prefix, credential, organization: id })),
  );
  const [first, ...others] = ways;
  if (first === undefined) throw new Error(`${family.name} has no prefix`);
  return [first, ...others];
}

const answerTo = (question: Question, about: Member, asking: Asking) =>
  telling(crowd.world, requestOf(question, about, asking));

/** Words that a good answer tells something of. */
function toldOf(question: Question, { status, text }: Telling): string[] {
  expect(status, `${nameOf(question)}: ${text}`).toBe(200);
  return [...crowd.toldOf(text)].sort();
}

/** What may stand in a child's answers: itself, and what is below it. */
const householdOf = (child: Member) => (child === crowd.children[0] ? [child, crowd.grandchild] : [child]);

const wordsOf = (members: readonly Member[]) => members.map(({ word }) => word).sort();

/** Asks in the first of the ways, which must tell of the child's household alone, and in the others, which must tell the same. */
async function expectOwn(question: Question, child: Member, [first, ...others]: readonly Asking[]): Promise<string[]> {
  if (first === undefined) throw new Error(`${nameOf(question)} is not asked`);
  const answer = await answerTo(question, child, first);
  const told = toldOf(question, answer);
  const household = wordsOf(householdOf(child));
  const strangers = told.filter((word) => !household.includes(word));
  expect(strangers, `${nameOf(question)} of ${child.word}: ${answer.text}`).toEqual([]);
  for (const way of others) {
    expect(await answerTo(question, child, way), `${nameOf(question)} below ${way.prefix}`).toEqual(answer);
  }
  return told;
}

describe('a child', () => {
  test('reads its own alone on every endpoint, whoever asks and however it is named: fifty of them', async () => {
    const answered = new Map<Member, number>();
    for (const [index, spellings] of QUESTIONS_BY_ROUTE.entries()) {
      // All at once: whatever the requests share on their way is shared by fifty organizations.
      await Promise.all(
        crowd.children.map(async (child, place) => {
          // Children take turns with the kinds of traffic in a path, and with the prefixes.
          const question = spellings[place % spellings.length];
          if (question === undefined) throw new Error('a route without a path');
          const ways = waysToAsk(question, child);
          const holders = ways.length / question.family.prefixes.length;
          const start = holders * ((place + index) % question.family.prefixes.length);
          const told = await expectOwn(question, child, [ways[0], ...ways.slice(start, start + holders)]);
          if (told.includes(child.word)) answered.set(child, (answered.get(child) ?? 0) + 1);
        }),
      );
    }
    // Most answers hold something to tell organizations by.
    for (const child of crowd.children) expect(answered.get(child), child.word).toBeGreaterThan(25);
  }, 600_000);

  test('reads its own alone on every path there is, of every prefix and kind', async () => {
    for (const child of [0, 24, 49].flatMap((place) => crowd.children[place] ?? [])) {
      await Promise.all(QUESTIONS.map((question) => expectOwn(question, child, waysToAsk(question, child))));
    }
  }, 600_000);

  test('finds no customers where a provider does', async () => {
    const [, child] = crowd.children;
    if (child === undefined) throw new Error('there is no second child');
    const bodies: Record<string, unknown> = {};
    for (const question of QUESTIONS.filter(({ family, method }) => family.name === 'provider' && method === 'GET')) {
      const { text } = await answerTo(question, child, { prefix: '/reports/v2/providers', credential: child.token });
      bodies[question.path] = JSON.parse(text.slice(text.indexOf('\n')));
    }
    const zeros = { count: 0, counts: { requests: 0, allowedrequests: 0, blockedrequests: 0 } };
    const empty = { meta: {}, data: [] };
    const buckets = { meta: {}, data: Array.from({ length: 25 }, () => expect.objectContaining(zeros)) };
    expect(bodies).toEqual({
      '/categories': { meta: {}, data: expect.any(Array) },
      '/deployments': empty,
      '/requests-by-hour': buckets,
      '/requests-by-timerange': buckets,
      '/requests-by-org': empty,
      '/requests-by-category': empty,
      '/requests-by-destination': empty,
      '/category-requests-by-org': empty,
      '/consoles': expect.objectContaining({ customerCount: 0, seatsTotal: 0, seatsUsed: 0 }),
      '/customers/downloadReportRequests': expect.objectContaining({
        organizationId: child.id,
        adminEmails: [`manager@${child.word}.example`],
      }),
    });
  });

  test('finds no identity of another, whatever numbers it asks for', async () => {
    const { children, grandchild, provider, rival, rivalChild } = crowd;
    const everybody = [...children, grandchild, provider, rival, rivalChild];
    const payload = JSON.stringify({ identityids: everybody.map(({ identity }) => identity) });
    for (const { token, identity } of everybody) {
      const found = await crowd.world.app.inject({
        method: 'POST',
        url: '/reports/v2/identities',
        headers: token,
        payload,
      });
      expect(found.json().data.map(({ id }: { id: number }) => id)).toEqual([identity]);
    }
  });
});

describe('a parent', () => {
  /** The words that each of its own answers tells of, by question, the same below every prefix. */
  async function toldTo({ id, key, token, ...member }: Member): Promise<Map<Question, string[]>> {
    const told = new Map<Question, string[]>();
    for (const question of QUESTIONS) {
      const credential = question.family.credential === 'key' ? key : token;
      const words = question.family.prefixes.map(async (prefix) => {
        const asking = { prefix, credential, organization: id };
        return toldOf(question, await answerTo(question, { id, key, token, ...member }, asking));
      });
      const [first = [], ...others] = await Promise.all(words);
      for (const other of others) expect(other, nameOf(question)).toEqual(first);
      told.set(question, first);
    }
    return told;
  }

  const LISTING = /^\/(deployments|categories|requests-by-(org|category|destination)|category-requests-by-org)$/;
  const CONSOLE = /^\/(detailed|security)-summary$/;

  test.each([
    ['provider', () => ({ parent: crowd.provider, below: [...crowd.children, crowd.grandchild] })],
    ['rival', () => ({ parent: crowd.rival, below: [crowd.rivalChild] })],
    ['child', () => ({ parent: crowd.children[0], below: [crowd.grandchild] })],
  ] as const)(
    'sees all its customers in reports about them, and nobody else: the %s',
    async (_name, family) => {
      const { parent, below } = family();
      if (parent === undefined) throw new Error('there is no parent');
      for (const [{ family: asked, path, method }, told] of await toldTo(parent)) {
        const name = nameOf({ family: asked, path, method });
        const lists = (asked.name === 'provider' && LISTING.test(path)) || CONSOLE.test(path);
        if (lists) expect(told, name).toEqual(wordsOf(below));
        // Everything else is about the organization itself, or in numbers.
        else
          expect(
            told.filter((word) => word !== parent.word),
            name,
          ).toEqual([]);
      }
    },
    600_000,
  );

  test('counts its customers, and names them in the customer report', async () => {
    const { provider, children, grandchild, rival, rivalChild } = crowd;
    for (const [parent, below] of [
      [provider, [...children, grandchild]],
      [rival, [rivalChild]],
    ] as const) {
      const get = (path: string) =>
        crowd.world.app.inject({ url: `/reports/v2/providers${path}`, headers: parent.token });
      expect((await get('/consoles')).json()).toMatchObject({ customerCount: below.length, seatsUsed: below.length });
      const csv = await get('/customers/downloadReportRequests?outputFormat=csv');
      expect([...crowd.toldOf(csv.payload)].sort()).toEqual(wordsOf(below));
      expect(csv.payload.trim().split('\r\n')).toHaveLength(below.length + 1);
    }
  });
});
