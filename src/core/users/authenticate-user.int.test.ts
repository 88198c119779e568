import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { openWorld, TEST_ACTOR, type World } from '../../../test/world.ts';
import { createUser, disableUser, enableUser, setPassword, setUserRole, type User } from '../../control/repos/users.ts';
import { FailureLimiter } from '../limits/index.ts';
import { PasswordSignIn } from './authenticate-user.ts';

/** A tenth of the real times. */
const PACE = { account: [100, 500], address: [25, 100], longestWait: 1000 } as const;
const PASSWORD = 'correct horse battery';

let world: World;
let user: User;
let signIn: PasswordSignIn;
let users = 0;

beforeAll(async () => {
  world = await openWorld();
});

afterAll(() => world?.close());

beforeEach(async () => {
  users += 1;
  user = await createUser(world.context.control.db, {
    email: `person${users}@example.net`,
    name: 'A person',
    role: 'analyst',
    password: PASSWORD,
    organizationId: world.organizations.branch.id,
    actor: TEST_ACTOR,
  });
  const limits = { perAccount: 3, perAddress: 100 };
  signIn = new PasswordSignIn(world.context, new FailureLimiter(world.deps.countRequest, limits, { pace: PACE }));
});

const attempt = (password: string, { email = user.email, from = `192.0.2.${users}` } = {}) =>
  signIn.authenticate({ email, password, from, via: 'test' }).then(
    ({ permissions }) => (permissions.has('administer') ? 'manager' : 'in'),
    (error: { code: string }) => error.code,
  );

async function trail(from = `192.0.2.${users}`) {
  await signIn.flush();
  const { db } = world.context.control;
  const entries = await db
    .selectFrom('auditEntries')
    .selectAll()
    .where('action', '=', 'user.sign_in')
    .where('actorFrom', '=', from)
    .orderBy('seq')
    .execute();
  return entries.map(({ result, objectLabel, organizationId, detail }) => ({
    result,
    objectLabel,
    organizationId,
    ...JSON.parse(detail ?? '{}'),
  }));
}

describe('people', () => {
  it('sign in with their password while they are enabled', async () => {
    const { db } = world.context.control;
    expect(await attempt('something else')).toBe('unauthenticated');
    expect(await attempt(PASSWORD, { email: 'nobody@example.net' })).toBe('unauthenticated');
    expect(await attempt(PASSWORD)).toBe('in');
    await disableUser(db, { id: user.id, actor: TEST_ACTOR });
    expect(await attempt(PASSWORD)).toBe('unauthenticated');
    await enableUser(db, { id: user.id, actor: TEST_ACTOR });
    expect(await attempt(PASSWORD)).toBe('in');
    await setUserRole(db, { id: user.id, role: 'manager', actor: TEST_ACTOR });
    expect(await attempt(PASSWORD)).toBe('manager');
    await setPassword(db, { id: user.id, password: 'another one entirely', actor: TEST_ACTOR });
    expect(await attempt(PASSWORD)).toBe('unauthenticated');
    expect(await attempt('another one entirely')).toBe('manager');
  });

  it('are remembered for a minute: a password with each request leaves one entry', async () => {
    expect(await Promise.all(Array.from({ length: 20 }, () => attempt(PASSWORD)))).toEqual(Array(20).fill('in'));
    expect(await attempt(PASSWORD)).toBe('in');
    expect(await trail()).toMatchObject([{ result: 'success' }]);
  });

  it('whose password is guessed cost one summed entry for each address and account', async () => {
    for (let guess = 0; guess < 3; guess++) await attempt(`guess number ${guess}`);
    for (let guess = 0; guess < 3; guess++) await attempt('a guess', { email: `nobody${guess}@example.net` });
    expect(await trail()).toMatchObject([
      { result: 'failure', objectLabel: user.email, organizationId: user.organizationId, attempts: 3 },
      { result: 'failure', objectLabel: 'unknown', organizationId: null, attempts: 3 },
    ]);
    const [sum] = await trail();
    expect(sum.firstAt <= sum.lastAt).toBe(true);
  });

  it('are let in while others guess their password, from elsewhere and from where they have signed in', async () => {
    expect(await attempt(PASSWORD)).toBe('in');
    const guesses = Array.from({ length: 64 }, (_, guess) => attempt(`guess number ${guess}`));
    expect(await attempt(PASSWORD)).toBe('in');
    expect(await attempt(PASSWORD, { from: '198.51.100.1' })).toBe('in');
    const refused = (await Promise.all(guesses)).filter((code) => code === 'rate_limited');
    expect(refused.length).toBeGreaterThan(30);
    expect((await trail()).reduce((sum, { attempts = 0 }) => sum + attempts, 0)).toBeLessThan(30);
    expect(await attempt(PASSWORD)).toBe('in');
  });
});
