import { randomUUID } from 'node:crypto';
import type { InjectOptions } from 'fastify';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { signDownload } from '../../src/core/reports/index.ts';
import { DOWNLOADS_PATH } from '../../src/dialects/clumio/mapping/report-download.ts';
import type { ReportFile } from '../../src/model/report.ts';
import { basicAuth } from '../basic-auth.ts';
import { clumioToken } from '../clumio-api.ts';
import { nativeContract } from '../contract/native.ts';
import { openWorld, type World } from '../world.ts';

const LIMIT = 3;

let world: World;

beforeAll(async () => {
  world = await openWorld({ failureLimits: { perAccount: LIMIT, perAddress: 1000 }, limits: { tokensPerMinute: 2 } });
});

afterAll(() => world?.close());

interface Door {
  readonly name: string;
  /** Status of a wrong credential that is not limited. */
  readonly refusal: number;
  /** A request with a right credential, and the same with a wrong one. */
  credentials(): Promise<{ right: InjectOptions; wrong: InjectOptions }>;
}

const withBasic = (path: string | (() => string), method: 'GET' | 'POST', api?: string): Door['credentials'] => {
  return async () => {
    const { client, secret } = await world.createClient(world.organizations.branch, api === undefined ? {} : { api });
    const url = typeof path === 'string' ? path : path();
    const request = (password: string) => ({ url, method, headers: { authorization: basicAuth(client.id, password) } });
    return { right: request(secret), wrong: request('0'.repeat(32)) };
  };
};

const withBearer = (url: string, token: () => Promise<string>): Door['credentials'] => {
  return async () => {
    const right = await token();
    const wrong = `${right.slice(0, -3)}${right.endsWith('000') ? '111' : '000'}`;
    const request = (authorization: string) => ({ url, headers: { authorization } });
    return { right: request(right), wrong: request(wrong) };
  };
};

const DOORS: readonly Door[] = [
  { name: 'tokens of Umbrella v2', refusal: 401, credentials: withBasic('/auth/v2/token', 'POST') },
  {
    name: 'key and secret of Umbrella v1',
    refusal: 401,
    credentials: withBasic(() => `/v1/organizations/${world.organizations.branch.id}/security-activity`, 'GET'),
  },
  {
    name: 'tokens of USM Anywhere',
    refusal: 401,
    credentials: withBasic('/api/2.0/oauth/token?grant_type=client_credentials', 'POST'),
  },
  {
    name: 'tokens of USM Central',
    refusal: 401,
    credentials: withBasic('/api/1.1/oauth/token?grant_type=client_credentials', 'POST', 'usm-central'),
  },
  {
    name: 'tokens of Clumio',
    refusal: 401,
    credentials: withBearer('/alerts/individual', async () => {
      const { authorization = '' } = await clumioToken(world, world.organizations.branch);
      return authorization;
    }),
  },
  {
    name: 'the operator’s token',
    refusal: 401,
    credentials: withBearer('/belfry/v1/status', async () => `Bearer ${world.deps.operatorToken}`),
  },
  {
    name: 'passwords',
    refusal: 401,
    credentials: async () => {
      const { authorization = '' } = await nativeContract.signIn(world);
      const request = (header: string) => ({ url: '/belfry/v1/status', headers: { authorization: header } });
      const [user = ''] = Buffer.from(authorization.slice(6), 'base64').toString().split(':');
      expect((await world.app.inject(request(authorization))).statusCode).toBe(200);
      return { right: request(authorization), wrong: request(basicAuth(user, 'not the password')) };
    },
  },
];

it('a link to a report is limited likewise', async () => {
  const id = randomUUID();
  const expires = Math.floor(Date.now() / 1000) + 3600;
  const fetched = async (signature: string) => {
    const query = new URLSearchParams({ expires: String(expires), signature });
    return (await world.app.inject(`${DOWNLOADS_PATH}/${id}?${query}`)).statusCode;
  };
  const statuses = [];
  for (let attempt = 0; attempt <= LIMIT; attempt++) statuses.push(await fetched('x'.repeat(43)));
  expect(statuses).toEqual([...Array(LIMIT).fill(403), 429]);
  const file = { expiresAt: new Date(expires * 1000).toISOString() } as ReportFile;
  const link = signDownload(world.deps.tokenKey, { id, file });
  // The signature is right: what is missing is the report.
  expect(await fetched(link?.signature ?? '')).toBe(404);
});

describe.each(DOORS)('$name', ({ refusal, credentials }) => {
  it('answer 429 after too many wrong ones, and never refuse a right one', async () => {
    const { right, wrong } = await credentials();
    const statuses: number[] = [];
    for (let attempt = 0; attempt < LIMIT; attempt++) statuses.push((await world.app.inject(wrong)).statusCode);
    expect(statuses).toEqual(Array(LIMIT).fill(refusal));
    const limited = await world.app.inject(wrong);
    expect(limited.statusCode).toBe(429);
    expect(Number(limited.headers['retry-after'])).toBeGreaterThan(0);
    expect(limited.json()).toBeTypeOf('object');
    const answer = await world.app.inject(right);
    expect([answer.statusCode, answer.payload]).toEqual([200, expect.any(String)]);
    const elsewhere = await world.app.inject({ ...wrong, remoteAddress: '198.51.100.7' });
    expect(elsewhere.statusCode).toBe(refusal);
  });
});
