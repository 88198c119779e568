import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ApiClientWithSecret } from '../../src/control/repos/api-clients.ts';
import { basicAuth } from '../basic-auth.ts';
import type { Body } from '../body.ts';
import { openWorld, type World } from '../world.ts';

// Clients in the manner of those that exist (spec umbrella.md, section 13), on a port, with the vendor's limit on.

interface Server {
  readonly base: string;
  readonly key: string;
  readonly secret: string;
}

const LIMIT = 5;
const EVENTS = 23;
const FIRST_MS = Date.parse('2026-01-15T10:00:00Z');

let world: World;
let base: string;
let parent: ApiClientWithSecret;
let branchKey: ApiClientWithSecret;

beforeAll(async () => {
  world = await openWorld({ limits: { requestsPerSecond: LIMIT, tokensPerMinute: 0 } });
  const { branch, office, provider } = world.organizations;
  await world.app.listen({ host: '127.0.0.1', port: 0 });
  base = `http://127.0.0.1:${(world.app.server.address() as AddressInfo).port}`;
  branchKey = await world.createClient(branch);
  parent = await world.createClient(provider);
  await world.load(
    branch,
    Array.from({ length: EVENTS }, (_, index) => dnsRecord(index)),
  );
  await world.load(office, [dnsRecord(0)]);
});

afterAll(() => world?.close());

/** Pairs share a second, as events do. Every fifth is blocked as malware. */
function dnsRecord(index: number) {
  const blocked = index % 5 === 0;
  return {
    time: new Date(FIRST_MS + Math.floor(index / 2) * 1000).toISOString(),
    kind: 'dns',
    domain: `host${index}.example`,
    query_type: 'A',
    src_ip: '10.0.0.7',
    verdict: blocked ? 'blocked' : 'allowed',
    ...(blocked && { category_labels: ['Malware'], policy_category_labels: ['Malware'] }),
  };
}

const server = ({ client, secret }: ApiClientWithSecret): Server => ({ base, key: client.id, secret });
const basic = ({ key, secret }: Server) => basicAuth(key, secret);

/** What clients do about 429: they come back when they are told to. */
async function patientFetch(url: string, init: RequestInit = {}): Promise<Response> {
  const answer = await fetch(url, init);
  if (answer.status !== 429) return answer;
  await sleep(Number(answer.headers.get('retry-after')) * 1000);
  return patientFetch(url, init);
}

/**
 * A script of the old days: token by GET at the legacy path, organization out of the token, double slash, pages by offset
 * until one is short.
 */
async function legacyScript(at: Server, limit: number): Promise<{ organization: string; records: Body[] }> {
  const login = await fetch(`${at.base}/auth/v2/oauth2/token`, { headers: { Authorization: basic(at) } });
  const { access_token: token, expires_in: seconds } = (await login.json()) as Body;
  if (!(seconds > 300)) throw new Error('the token is as good as expired');
  const claims = JSON.parse(Buffer.from(token.split('.')[1], 'base64').toString());
  const organization = claims.sub.split('/')[1];
  const records: Body[] = [];
  for (;;) {
    const url = `${at.base}/v2//organizations/${organization}/activity/dns/?from=-7days&to=now&limit=${limit}&offset=${records.length}&sort=time`;
    const answer = await patientFetch(url, {
      headers: { authorization: `bearer ${token}`, 'Content-Type': 'application/json' },
    });
    const { data } = (await answer.json()) as Body;
    records.push(...data);
    if (data.length < limit) return { organization, records };
  }
}

/** A log collector: JSON content type and no body, current path, goes on from the last timestamp it saw, both ends included. */
class Collector {
  readonly collected = new Map<string, Body>();
  private readonly server: Server;
  private last = FIRST_MS - 1;
  private token = '';

  constructor(at: Server) {
    this.server = at;
  }

  async login(): Promise<void> {
    const headers = { authorization: basic(this.server), 'content-type': 'application/json' };
    const answer = await fetch(`${this.server.base}/auth/v2/token`, { method: 'POST', headers });
    this.token = ((await answer.json()) as Body).access_token;
  }

  /** Asks for what is new; logs in where the server says 401. Returns statuses in the order they came. */
  async poll(): Promise<number[]> {
    const answer = await this.ask(patientFetch);
    if (answer.status === 401) {
      await this.login();
      return [401, ...(await this.poll())];
    }
    if (answer.status === 200) this.keep(((await answer.json()) as Body).data);
    return [answer.status];
  }

  ask(get: typeof patientFetch): Promise<Response> {
    const url = `${this.server.base}/reports/v2/activity?from=${this.last}&to=now&limit=1000&x-traffic-type=dns`;
    return get(url, { headers: { authorization: `Bearer ${this.token}` } });
  }

  private keep(records: readonly Body[]): void {
    for (const record of records) {
      this.collected.set(`${record.timestamp} ${record.domain}`, record);
      this.last = Math.max(this.last, record.timestamp);
    }
  }
}

/** A playbook: key and secret as form fields, a child organization by header, faults out of `data`. */
class Playbook {
  private readonly server: Server;
  private token = '';

  constructor(at: Server) {
    this.server = at;
  }

  async login(organization: number): Promise<void> {
    const answer = await fetch(`${this.server.base}/auth/v2/token`, {
      method: 'POST',
      headers: { 'X-Umbrella-OrgID': String(organization) },
      body: new URLSearchParams({
        grant_type: 'Client_credentials',
        client_id: this.server.key,
        client_secret: this.server.secret,
      }),
    });
    const { access_token, token_type } = (await answer.json()) as Body;
    this.token = `${token_type} ${access_token}`;
  }

  async run(command: string, headers: Readonly<Record<string, string>> = {}): Promise<Body> {
    const url = `${this.server.base}/reports/v2/${command}`;
    const answer = await patientFetch(url, { headers: { ...headers, authorization: this.token } });
    const { data } = (await answer.json()) as Body;
    if (answer.ok) return data;
    const [fault] = data.errors;
    throw new Error(`${answer.status} ${data.error}: ${fault.param}=${fault.value}, ${fault.error}`);
  }
}

describe('a script that signs in at the legacy path', () => {
  it.each([5, 7, 23, 100])('reads every event once in pages of %i, in spite of the limit', async (limit) => {
    const { organization, records } = await legacyScript(server(branchKey), limit);
    expect(organization).toBe(String(world.organizations.branch.id));
    expect(new Set(records.map(({ domain }) => domain)).size).toBe(EVENTS);
    expect(records).toHaveLength(EVENTS);
    for (const record of records) {
      expect(record).toMatchObject({ type: 'dns', timestamp: expect.any(Number), device: { id: null } });
      expect(record.identities[0].label).toBe('10.0.0.7');
      expect(record.policycategories.map(({ label }: Body) => label)).toEqual(
        record.verdict === 'blocked' ? ['Malware'] : [],
      );
    }
  });
});

describe('a collector that signs in at the current path', () => {
  it('goes on from its last timestamp without a gap, over the end of its token', async () => {
    const collector = new Collector(server(branchKey));
    expect(await collector.poll()).toEqual([401, 200]);
    expect(collector.collected.size).toBe(EVENTS);

    // Another event of the second that was the last one, and one of the next.
    await world.load(world.organizations.branch, [dnsRecord(EVENTS), dnsRecord(EVENTS + 1)]);
    expect(await collector.poll()).toEqual([200]);
    expect(collector.collected.size).toBe(EVENTS + 2);

    const start = world.nowMs;
    world.nowMs = start + 3_601_000;
    expect(await collector.poll()).toEqual([401, 200]);
    expect(collector.collected.size).toBe(EVENTS + 2);
    world.nowMs = start;
  });

  it('may ask five times in a second, and is told when to come again', async () => {
    // Requests are counted by organization, and of this one there were none.
    const collector = new Collector(server(await world.createClient(world.organizations.sibling)));
    await collector.login();
    const answers = await Promise.all(Array.from({ length: 8 * LIMIT }, () => collector.ask(fetch)));
    const refused = answers.filter(({ status }) => status === 429);
    expect(answers.filter(({ status }) => status === 200).length).toBeGreaterThanOrEqual(LIMIT);
    expect(answers.every(({ status }) => status === 200 || status === 429)).toBe(true);
    expect(refused.length).toBeGreaterThan(0);
    for (const { headers } of refused) expect(headers.get('retry-after')).toBe('1');
    expect(await collector.poll()).toEqual([200]);
  });
});

describe('a playbook with key and secret in a form', () => {
  let playbook: Playbook;
  beforeAll(async () => {
    playbook = new Playbook(server(parent));
    await playbook.login(world.organizations.office.id);
  });

  const day = 'from=-1days&to=now';

  it('reads the organization its header named, and no other', async () => {
    expect(await playbook.run(`total-requests?${day}&limit=10&offset=2`)).toEqual({ count: 1 });
    const stranger = { 'X-Umbrella-OrgId': String(world.organizations.stranger.id) };
    await expect(playbook.run(`total-requests?${day}`, stranger)).rejects.toThrow(/^403 invalid organization: /);
  });

  it('reads dashboards with limits where there are none', async () => {
    const [byIdentity] = await playbook.run(`top-identities?${day}&limit=5&offset=0`);
    expect(byIdentity).toMatchObject({
      identity: { label: '10.0.0.7', type: { type: 'network' } },
      counts: { requests: 1 },
    });
    const [byCategory] = await playbook.run(`top-categories?${day}&limit=1`);
    expect(byCategory).toMatchObject({ count: 1, category: { id: 66, label: 'Malware', type: 'security' } });
    expect(await playbook.run(`top-eventtypes?${day}&limit=1`)).toHaveLength(7);
    const [deployed] = await playbook.run(`deployment-status?${day}&limit=5`);
    expect(deployed).toMatchObject({ type: { label: 'Networks' }, activecount: 1, count: 1 });
  });

  it('takes bucket lengths and kinds by header or query alike', async () => {
    const range = `from=${FIRST_MS}&to=${FIRST_MS + 300_000}`;
    const byQuery = await playbook.run(`requests-by-timerange?${range}&timerange=minute&x-traffic-type=dns`);
    const byHeader = await playbook.run(`requests-by-timerange?${range}`, {
      timerange: 'minute',
      'X-Traffic-Type': 'dns',
    });
    expect(byHeader).toEqual(byQuery);
    expect(byHeader.map(({ count }: Body) => count)).toEqual([1, 0, 0, 0, 0, 0]);
  });

  it('takes lists with commas and repeated names alike', async () => {
    expect(await playbook.run(`activity?${day}&limit=5&categories=66,68`)).toHaveLength(1);
    expect(await playbook.run(`activity?${day}&limit=5&categories=66&categories=68`)).toHaveLength(1);
    expect(await playbook.run(`activity?${day}&limit=5&categories=68&domains=`)).toEqual([]);
  });

  it('tells its user what was wrong', async () => {
    await expect(playbook.run(`activity?${day}&limit=abc`)).rejects.toThrow(/^400 (.+): limit=abc, \1$/);
    await expect(playbook.run('activity?to=now')).rejects.toThrow(/^400 .*: from=, /);
    await expect(playbook.run('threat-names/nonsense')).rejects.toThrow(/^404 /);
    await expect(new Playbook(server(parent)).run(`activity?${day}`)).rejects.toThrow(
      /^401 unauthorized: authorization=/,
    );
  });
});
