import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import type { Organization } from '../../src/model/organization.ts';
import type { Credential } from '../contract/dialect-contract.ts';
import { umbrellaV2Contract } from '../contract/umbrella-v2.ts';
import type { TestRecord } from '../records-format.ts';
import { openWorld, type World } from '../world.ts';

const TIME = 'from=1768435200000&to=1768521600000';

/** So many events a second apart, each to a domain of its own. */
function events(count: number): TestRecord[] {
  const begin = Date.parse('2026-01-15T00:00:00Z');
  return Array.from({ length: count }, (_, index) => ({
    time: new Date(begin + index * 1000).toISOString(),
    kind: 'dns',
    domain: `host${index}.example`,
    src_ip: `10.0.${index % 256}.1`,
  }));
}

const naming = ({ id }: Organization): Credential => ({ 'x-umbrella-orgid': String(id) });

describe('a busy organization', () => {
  let world: World;
  let provider: Credential;

  beforeAll(async () => {
    world = await openWorld();
    const { branch, sibling } = world.organizations;
    for (const organization of [branch, sibling]) await world.load(organization, events(2000));
    provider = await umbrellaV2Contract.signIn(world, world.organizations.provider);
  });

  afterAll(() => world?.close());

  /** Asks at once for what `order` names, and returns the names in the order in which the answers came. */
  async function finishing(order: readonly { name: string; credential: Credential }[]): Promise<string[]> {
    const finished: string[] = [];
    await Promise.all(
      order.map(async ({ name, credential }) => {
        const url = `/reports/v2/top-destinations?${TIME}&limit=100`;
        const answer = await world.app.inject({ url, headers: credential });
        expect(answer.statusCode).toBe(200);
        finished.push(name);
      }),
    );
    return finished;
  }

  /** Forty requests of the branch, then one of another. */
  const crowdAnd = (name: string, credential: Credential, crowd: Credential) =>
    finishing([
      ...Array.from({ length: 40 }, (_, index) => ({ name: `branch ${index}`, credential: crowd })),
      { name, credential },
    ]);

  test('does not keep its sibling waiting, nor its parent', async () => {
    const { branch, sibling } = world.organizations;
    const ofBranch = await umbrellaV2Contract.signIn(world, branch);
    const ofSibling = await umbrellaV2Contract.signIn(world, sibling);
    for (const [name, credential] of [
      ['sibling', ofSibling],
      ['parent', provider],
    ] as const) {
      const finished = await crowdAnd(name, credential, ofBranch);
      expect(finished).toHaveLength(41);
      expect(finished.indexOf(name), finished.join(', ')).toBeLessThan(20);
    }
  });

  test('is the one that is asked about, where a parent names it', async () => {
    const { branch, sibling } = world.organizations;
    const finished = await crowdAnd('sibling', { ...provider, ...naming(sibling) }, { ...provider, ...naming(branch) });
    expect(finished.indexOf('sibling'), finished.join(', ')).toBeLessThan(20);
  });
});

test('a parent that names a child uses up the child’s allowance, not its own or another’s', async () => {
  const limit = 3;
  // The windows of this test do not end, however slow the machine is.
  vi.useFakeTimers({ toFake: ['Date', 'setTimeout', 'clearTimeout'] });
  const world = await openWorld({ limits: { requestsPerSecond: limit, tokensPerMinute: 0 } });
  try {
    const { provider, branch, office, sibling } = world.organizations;
    const parent = await umbrellaV2Contract.signIn(world, provider);
    const child = await umbrellaV2Contract.signIn(world, branch);
    const ask = async (headers: Credential, url = '/reports/v2/categories') => {
      const answer = await world.app.inject({ url, headers });
      return [answer.statusCode, Number(answer.headers['ratelimit-remaining'])];
    };
    const burst = await Promise.all(Array.from({ length: limit }, () => ask({ ...parent, ...naming(branch) })));
    expect(burst.map(([status]) => status)).toEqual([200, 200, 200]);
    expect(await ask({ ...parent, ...naming(branch) })).toEqual([429, 0]);
    expect(await ask({ ...parent }, `/v2/organizations/${branch.id}/categories`)).toEqual([429, 0]);
    expect(await ask(child)).toEqual([429, 0]);
    for (const other of [parent, { ...parent, ...naming(sibling) }, { ...child, ...naming(office) }]) {
      expect(await ask(other)).toEqual([200, limit - 1]);
    }
    expect(await ask({ ...parent, ...naming(provider) })).toEqual([200, limit - 2]);
  } finally {
    vi.useRealTimers();
    await world.close();
  }
});
