import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { basicAuth } from './basic-auth.ts';

export interface UsmServerAlarm {
  readonly uuid: string;
  /** Milliseconds, as text. */
  readonly timestamp_occured: string;
  readonly [member: string]: unknown;
}

/** Answers a request in place of the server; false leaves it to the server. */
export type Misbehaviour = (request: IncomingMessage, response: ServerResponse, url: URL) => boolean | Promise<boolean>;

/** A server on loopback that speaks as much of USM Anywhere 2.0 as those who read alarms need, and can be made to misbehave. */
export interface UsmServer {
  readonly url: string;
  readonly clientId: string;
  readonly secret: string;
  /** What it has; to be changed at will. */
  alarms: UsmServerAlarm[];
  misbehave: Misbehaviour | undefined;
  /** Parameters of each list that was asked for. */
  readonly lists: URLSearchParams[];
  /** Tokens that were given; those taken out are refused. */
  readonly tokens: Set<string>;
  /** How many were given in all. */
  tokensGiven: number;
  close(): Promise<void>;
}

export async function openUsmServer(): Promise<UsmServer> {
  const listener = createServer((request, response) => {
    answer(server, request, response).catch((error: unknown) => response.destroy(error as Error));
  });
  listener.listen(0, '127.0.0.1');
  await once(listener, 'listening');
  const server: UsmServer = {
    url: `http://127.0.0.1:${(listener.address() as AddressInfo).port}`,
    clientId: 'Central1',
    secret: 'a secret of 32 characters, or so',
    alarms: [],
    misbehave: undefined,
    lists: [],
    tokens: new Set(),
    tokensGiven: 0,
    async close() {
      listener.closeAllConnections();
      listener.close();
      await once(listener, 'close');
    },
  };
  return server;
}

/** An alarm whose last event was at an instant, with an event of its own. */
export function usmAlarm(index: number, atMs: number, more: object = {}): UsmServerAlarm {
  const uuid = `00000000-0000-4000-8000-${String(index).padStart(12, '0')}`;
  return {
    uuid,
    has_alarm: false,
    needs_enrichment: false,
    status: 'open',
    suppressed: false,
    priority: 50,
    rule_intent: 'Delivery & Attack',
    rule_strategy: 'Brute Force Authentication',
    rule_method: `method ${index}`,
    alarm_sources: ['203.0.113.9'],
    packet_data: [`10000000-0000-4000-8000-${String(index).padStart(12, '0')}`],
    timestamp_occured: String(atMs),
    timestamp_received: String(atMs + 1000),
    events: [{ timeStamp: atMs, message: { uuid: `10000000-0000-4000-8000-${String(index).padStart(12, '0')}` } }],
    ...more,
  };
}

async function answer(server: UsmServer, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const url = new URL(request.url ?? '/', server.url);
  if (await server.misbehave?.(request, response, url)) return;
  if (url.pathname === '/api/2.0/oauth/token') return giveToken(server, request, response);
  if (!server.tokens.has(request.headers.authorization ?? ''))
    return sendJson(response, 401, { error: 'invalid_token' });
  if (url.pathname !== '/api/2.0/alarms') return sendJson(response, 404, { error: 'not_found' });
  server.lists.push(url.searchParams);
  sendJson(response, 200, listOf(server, url));
}

function giveToken(server: UsmServer, request: IncomingMessage, response: ServerResponse): void {
  const right = basicAuth(server.clientId, server.secret);
  if (request.headers.authorization !== right) {
    sendJson(response, 401, { error_description: 'Unauthorized' });
    return;
  }
  const token = randomUUID();
  server.tokens.add(`Bearer ${token}`);
  server.tokensGiven += 1;
  sendJson(response, 200, { access_token: token, token_type: 'bearer', expires_in: 899 });
}

/** Links name a host of their own, as the vendor's do. */
function listOf(server: UsmServer, url: URL) {
  const { searchParams } = url;
  const size = Number(searchParams.get('size') ?? 20);
  const number = Number(searchParams.get('page') ?? 0);
  const from = Number(searchParams.get('timestamp_occured_gte') ?? Number.NEGATIVE_INFINITY);
  const all = server.alarms
    .filter((alarm) => Number(alarm.timestamp_occured) >= from)
    .sort(searchParams.get('sort') === 'timestamp_received,desc' ? latestFirst : oldestFirst);
  const next = new URL(`https://elsewhere.example${url.pathname}${url.search}`);
  next.searchParams.set('page', String(number + 1));
  const isLast = (number + 1) * size >= all.length;
  return {
    _links: { ...(!isLast && { next: { href: next.href } }) },
    _embedded: { alarms: all.slice(number * size, (number + 1) * size) },
    page: { size, totalElements: all.length, totalPages: Math.ceil(all.length / size), number },
  };
}

const oldestFirst = (a: UsmServerAlarm, b: UsmServerAlarm) =>
  Number(a.timestamp_occured) - Number(b.timestamp_occured) || (a.uuid < b.uuid ? -1 : 1);

const latestFirst = (a: UsmServerAlarm, b: UsmServerAlarm) =>
  Number(b.timestamp_received) - Number(a.timestamp_received);

export function sendJson(
  response: ServerResponse,
  status: number,
  body: unknown,
  headers: Record<string, string> = {},
): void {
  response.writeHead(status, { 'content-type': 'application/json;charset=UTF-8', ...headers });
  response.end(JSON.stringify(body));
}
