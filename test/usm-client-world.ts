import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { createLabel } from '../src/control/repos/labels.ts';
import { basicAuth } from './basic-auth.ts';
import type { Body } from './body.ts';
import { detectAll, useRules } from './detection.ts';
import { openWorld, TEST_ACTOR, type World } from './world.ts';

/** Where a client was told to go, and as whom. */
export interface Account {
  readonly base: string;
  readonly id: string;
  readonly secret: string;
}

/** A server on a port, with the vendor's limits, in which rules found alarms in the events of two organizations. */
export interface UsmClientWorld {
  readonly world: World;
  /** A client of organization `branch`, which works for USM Anywhere. */
  readonly branch: Account;
  /** The same of `sibling`. */
  readonly sibling: Account;
  /** A client of their provider, for USM Central alone. */
  readonly central: Account;
  /** A label of `branch`. */
  readonly labelId: string;
}

/** Alarms of `branch`: each client is refused one lookup, and shares a file. */
export const CLIENTS = 130;
export const SHARES = 12;
export const ALARMS = CLIENTS + SHARES;
/** Lookups that the first client was refused. */
export const REFUSED = 14;

export const FIRST_MS = Date.parse('2026-01-15T08:00:00Z');

const RULES = `
title: Lookup of a command and control host was blocked
id: 11111111-1111-4111-8111-111111111111
author: Ada
level: high
tags: [attack.command-and-control, attack.t1071.004]
logsource: {category: dns}
detection:
  selection: {blocked_category: Command and Control}
  condition: selection
belfry: {strategy: C&C Communication, method: Known command and control server, mute: 12h}
---
title: File shared with somebody outside
id: 22222222-2222-4222-8222-222222222222
author: Ada
level: low
tags: [attack.exfiltration, attack.t1567]
logsource: {category: proxy}
detection:
  selection: {c-uri|contains: /share}
  condition: selection
belfry:
  intent: Environmental Awareness
  strategy: Filesharing outside of the company
  method: File Shared Externally
`;

export async function openUsmClientWorld(): Promise<UsmClientWorld> {
  const world = await openWorld({ usmDomain: null, limits: { getsPerSecond: 100, writesPerSecond: 50 } });
  const { provider, branch, sibling } = world.organizations;
  await useRules(world, RULES);
  await world.load(branch, [...lookups(CLIENTS), ...shares()]);
  await world.load(sibling, lookups(3));
  await detectAll(world);
  await world.app.listen({ host: '127.0.0.1', port: 0 });
  const base = `http://127.0.0.1:${(world.app.server.address() as AddressInfo).port}`;
  const account = async (...given: Parameters<World['createClient']>): Promise<Account> => {
    const { client, secret } = await world.createClient(...given);
    return { base, id: client.id, secret };
  };
  const { id: labelId } = await createLabel(world.context.control.db, {
    name: 'seen',
    organizationId: branch.id,
    actor: TEST_ACTOR,
  });
  return {
    world,
    branch: await account(branch),
    sibling: await account(sibling),
    central: await account(provider, { api: 'usm-central' }),
    labelId,
  };
}

const at = (minute: number) => new Date(FIRST_MS + minute * 60_000).toISOString();

function lookups(clients: number) {
  const refused = (index: number, minute: number) => ({
    time: at(minute),
    kind: 'dns',
    domain: 'gate.evil.example',
    query_type: 'A',
    src_ip: `10.0.${index >> 8}.${index & 255}`,
    identity_labels: [`LAPTOP-${index}`],
    identity_types: ['Roaming Computers'],
    verdict: 'blocked',
    category_labels: ['Command and Control'],
    policy_category_labels: ['Command and Control'],
  });
  return [
    ...Array.from({ length: REFUSED }, (_, again) => refused(1, 1 + again / 60)),
    ...Array.from({ length: clients - 1 }, (_, index) => refused(index + 2, index + 2)),
  ];
}

function shares() {
  return Array.from({ length: SHARES }, (_, index) => ({
    time: at(60 + index),
    kind: 'web',
    domain: 'drive.example',
    url: `https://drive.example/share?id=${index}`,
    method: 'POST',
    status: 200,
    src_ip: `10.1.0.${index}`,
    src_port: 50_000 + index,
    dst_ip: '192.0.2.7',
    dst_port: 443,
    proto: 6,
    file_name: `plan${index}.pdf`,
    content_type: 'application/pdf',
    identity_labels: ['ana@example.org', `DESK-${index}`],
    identity_types: ['AD Users', 'AD Computers'],
    extra: { TargetUserName: `guest${index}@elsewhere.example` },
  }));
}

/** How a client asks for a token: under which version, what stands in the query, the type and body it sends. */
export interface TokenRequest {
  readonly version?: string;
  readonly query?: string;
  readonly type?: string;
  readonly body?: string | URLSearchParams;
}

export const IN_QUERY: TokenRequest = { query: '?grant_type=client_credentials' };

export function requestToken({ base, id, secret }: Account, request: TokenRequest): Promise<Response> {
  const { version = '2.0', query = '', type, body } = request;
  const authorization = basicAuth(id, secret);
  return patientFetch(`${base}/api/${version}/oauth/token${query}`, {
    method: 'POST',
    headers: { authorization, ...(type && { 'content-type': type }) },
    ...(body !== undefined && { body }),
  });
}

export async function tokenOf(account: Account, request: TokenRequest): Promise<string> {
  return need(await bodyOf(await requestToken(account, request)), 'access_token');
}

/** `item['name']` where it is a fault that there is none. */
export function need(item: Body, name: string): Body {
  if (item?.[name] === undefined) throw new Error(`KeyError: '${name}' in ${JSON.stringify(item).slice(0, 300)}`);
  return item[name];
}

/** What clients do about 429: they come back when they are told to. They follow no redirects. */
export async function patientFetch(url: string, init: RequestInit = {}): Promise<Response> {
  const answer = await fetch(url, { ...init, redirect: 'error' });
  if (answer.status !== 429) return answer;
  await sleep(Number(answer.headers.get('retry-after')) * 1000);
  return patientFetch(url, init);
}

/** The body of an answer that must be exactly 200. */
export async function bodyOf(answer: Response): Promise<Body> {
  if (answer.status !== 200) throw new Error(`${answer.url}: ${answer.status} ${await answer.text()}`);
  if (!answer.headers.get('content-type')?.includes('json')) throw new Error(`${answer.url}: no JSON`);
  return answer.json();
}
