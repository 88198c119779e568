import { describe, expect, it } from 'vitest';
import { AppError } from '../../model/errors.ts';
import { addressKey } from './address-key.ts';
import { countRequests, FailureLimiter } from './index.ts';

const CONTROL = { shared: false } as Parameters<typeof countRequests>[0];
/** A tenth of the real times. */
const PACE = { account: [100, 500], address: [25, 100], longestWait: 1000 } as const;
const newLimiter = async (perAccount: number, perAddress: number) =>
  new FailureLimiter(await countRequests(CONTROL), { perAccount, perAddress }, { pace: PACE });

const refuse = async () => {
  throw new AppError('unauthenticated', { public: 'no' });
};
const accept = async () => 'in';
const attempt = (from: string, account: string) => ({ surface: 'test', from, account });
const codeOf = (work: Promise<unknown>) =>
  work.then(
    () => 'in',
    (error: AppError) => error.code,
  );

describe('the limit of failures', () => {
  it('answers 429 to wrong secrets beyond it, and never refuses a right one', async () => {
    const limiter = await newLimiter(3, 100);
    const guess = () => codeOf(limiter.verifySecret(attempt('192.0.2.1', 'a'), refuse));
    const codes = [];
    for (let round = 0; round < 5; round++) codes.push(await guess());
    expect(codes).toEqual([...Array(3).fill('unauthenticated'), 'rate_limited', 'rate_limited']);
    expect(await limiter.verifySecret(attempt('192.0.2.1', 'a'), accept)).toBe('in');
    expect(await codeOf(limiter.verifySecret(attempt('192.0.2.2', 'a'), refuse))).toBe('unauthenticated');
    expect(await codeOf(limiter.verifySecret(attempt('192.0.2.1', 'b'), refuse))).toBe('unauthenticated');
  });

  it('counts an address whatever the accounts, and an IPv6 network as one address', async () => {
    const limiter = await newLimiter(100, 3);
    const codes = [];
    for (let round = 0; round < 4; round++) {
      codes.push(await codeOf(limiter.verifySecret(attempt(`2001:db8::${round}`, `account ${round}`), refuse)));
    }
    expect(codes).toEqual([...Array(3).fill('unauthenticated'), 'rate_limited']);
    expect(await codeOf(limiter.verifySecret(attempt('2001:db8:0:1::1', 'x'), refuse))).toBe('unauthenticated');
  });

  it('says when to come back, later with each failure', async () => {
    const limiter = new FailureLimiter(await countRequests(CONTROL), { perAccount: 1, perAddress: 0 });
    const waits = [];
    for (let round = 0; round < 6; round++) {
      const error = await limiter.verifySecret(attempt('192.0.2.1', 'a'), refuse).catch((thrown: AppError) => thrown);
      waits.push((error as AppError).retryAfterSeconds);
    }
    expect(waits).toEqual([undefined, 1, 2, 4, 5, 5]);
  });

  it('verifies passwords beyond it further and further apart, and so lets the right one in', async () => {
    const limiter = await newLimiter(2, 100);
    let verified = 0;
    const guess = () =>
      codeOf(
        limiter.verifyPassword(attempt('192.0.2.1', 'ada'), false, () => {
          verified += 1;
          return refuse();
        }),
      );
    const guesses = Array.from({ length: 40 }, guess);
    const own = limiter.verifyPassword(attempt('192.0.2.9', 'ada'), false, accept);
    expect(await own).toBe('in');
    const codes = await Promise.all(guesses);
    expect(codes.filter((code) => code === 'in')).toEqual([]);
    expect(codes.filter((code) => code === 'unauthenticated').length).toBeLessThanOrEqual(2);
    expect(verified).toBeLessThan(20);
    expect(await limiter.verifyPassword(attempt('192.0.2.1', 'ada'), false, accept)).toBe('in');
  });

  it('does not hold the guesses of others at an address against an account that signed in from there', async () => {
    const limiter = await newLimiter(100, 2);
    const guess = (account: string) => codeOf(limiter.verifyPassword(attempt('192.0.2.1', account), false, refuse));
    const guesses = Array.from({ length: 60 }, (_, index) => guess(`account ${index}`));
    expect(await limiter.verifyPassword(attempt('192.0.2.1', 'ada'), true, accept)).toBe('in');
    expect((await Promise.all(guesses)).filter((code) => code === 'rate_limited').length).toBeGreaterThan(30);
  });

  it('is not there where it is 0', async () => {
    const limiter = await newLimiter(0, 0);
    const codes = [];
    for (let round = 0; round < 5; round++)
      codes.push(await codeOf(limiter.verifyPassword(attempt('::1', 'a'), false, refuse)));
    expect(codes).toEqual(Array(5).fill('unauthenticated'));
  });
});

describe('what is counted as one address', () => {
  it.each([
    ['192.0.2.1', '192.0.2.1'],
    ['::ffff:192.0.2.1', '192.0.2.1'],
    ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2::/64'],
    ['2001:DB8:1:2::1', '2001:db8:1:2::/64'],
    ['2001:db8::1', '2001:db8:0:0::/64'],
    ['2001:0db8:0000:0001::', '2001:db8:0:1::/64'],
    ['::1', '0:0:0:0::/64'],
    ['fe80::1%eth0', 'fe80:0:0:0::/64'],
    ['64:ff9b::192.0.2.1', '64:ff9b:0:0::/64'],
    ['local', 'local'],
  ])('%s is %s', (address, key) => expect(addressKey(address)).toBe(key));
});
