import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { manyAlarms, openPeerWorld, type PeerWorld, T0 } from '../../../test/peer-world.ts';
import { type Misbehaviour, sendJson, type UsmServer, usmAlarm } from '../../../test/usm-server.ts';

let world: PeerWorld;
let server: UsmServer;

beforeEach(async () => {
  world = await openPeerWorld();
  server = world.server;
});

afterEach(() => world?.close());

const onAlarms =
  (answer: Misbehaviour): Misbehaviour =>
  (request, response, url) =>
    url.pathname.endsWith('/alarms') && answer(request, response, url);

const answering = (status: number, body: string, headers: Record<string, string> = {}): Misbehaviour =>
  onAlarms((_request, response) => {
    response.writeHead(status, headers).end(body);
    return true;
  });

const page = (alarms: unknown, more: object = {}) =>
  JSON.stringify({ _embedded: { alarms }, page: { totalElements: 9 }, ...more });
const next = (query: string) => ({ _links: { next: { href: `http://127.0.0.1/api/2.0/alarms${query}` } } });

let counted = 0;

const MISBEHAVIOURS: readonly [string, Misbehaviour, RegExp][] = [
  ['HTML', answering(200, '<html>', { 'content-type': 'text/html' }), /text\/html that is not JSON/],
  ['500', answering(500, 'oops'), /status 500/],
  ['nothing', onAlarms((request) => request.socket.destroy() !== undefined), /the request failed/],
  ['half an answer', onAlarms((_, response) => cutShort(response)), /the request failed/],
  ['a redirect', answering(302, '', { location: 'http://127.0.0.1:9/' }), /redirect \(302\), which is not followed/],
  ['404', answering(404, '{}'), /not there \(404\)/],
  ['another JSON', answering(200, '[]'), /malformed/],
  ['an object for a list', answering(200, page({})), /_embedded\.alarms/],
  ['no page object', answering(200, '{"_embedded":{"alarms":[]}}'), /malformed: page/],
  ['a token it refuses', (_request, response, url) => refuseToken(response, url), /refuses the token that it gave/],
  ['no token', (_request, response, url) => giveNothing(response, url), /gives no access_token/],
  [
    'the same page for ever',
    onAlarms((_, response) => again(response, () => usmAlarm(1, T0))),
    /same page.* again and again/,
  ],
  ['the same link for ever', onAlarms((_, response) => circle(response)), /lead in a circle/],
  ['alarms out of order', answering(200, page([usmAlarm(1, T0), usmAlarm(2, T0 - 1)])), /does not sort/],
  ['a link without parameters', answering(200, page([usmAlarm(1, T0)], next(''))), /has no parameters/],
  ['more than 32 MB', onAlarms((_, response) => flood(response)), /longer than 32 MB/],
];

describe('a server that answers with', () => {
  test.each(MISBEHAVIOURS)('%s is left alone for a while, and told why', async (_what, misbehaviour, reason) => {
    await world.join();
    server.misbehave = misbehaviour;
    server.tokens.clear();
    let waited = 0;
    for (const failures of [1, 2, 3]) {
      expect(await world.pull()).toBe(1);
      const state = await world.peer();
      expect(state).toMatchObject({ failures, lastError: expect.stringMatching(reason) });
      const wait = Date.parse(state.nextAttemptAt) - world.nowMs;
      expect(wait).toBeGreaterThan(waited);
      waited = wait;
      world.nowMs += wait;
    }
    expect(await world.peer()).toMatchObject({ connected: false });
    expect(world.warnings).toHaveLength(3);
    server.misbehave = undefined;
    server.alarms = manyAlarms(2);
    await world.pull();
    expect(await world.peer()).toMatchObject({ failures: 0, lastError: null, connected: true });
    const kept = (await world.alarms()).map(({ id }) => id);
    expect(new Set(kept).size).toBe(kept.length);
  });

  test('429 is asked again when it says', async () => {
    await world.join();
    server.misbehave = answering(429, '{}', { 'retry-after': '120' });
    await world.pull();
    const { nextAttemptAt, lastError } = await world.peer();
    expect([Date.parse(nextAttemptAt) - world.nowMs, lastError]).toEqual([120_000, expect.stringContaining('429')]);
  });
});

/** A page with one alarm and a link to the next, whose number goes up for ever. */
function again(response: Parameters<Misbehaviour>[1], alarm: () => object): boolean {
  counted += 1;
  response.end(page([alarm()], next(`?page=${counted}`)));
  return true;
}

function circle(response: Parameters<Misbehaviour>[1]): boolean {
  counted += 1;
  response.end(page([usmAlarm(counted, T0)], next('?page=1')));
  return true;
}

function cutShort(response: Parameters<Misbehaviour>[1]): boolean {
  response.writeHead(200, { 'content-length': '1000' }).write('{"_embedded"');
  setTimeout(() => response.destroy(), 20);
  return true;
}

function flood(response: Parameters<Misbehaviour>[1]): boolean {
  const piece = Buffer.alloc(2 ** 20, ' ');
  const more = () => {
    while (!response.destroyed && response.write(piece));
    if (!response.destroyed) response.once('drain', more);
  };
  more();
  return true;
}

function refuseToken(response: Parameters<Misbehaviour>[1], url: URL): boolean {
  if (url.pathname.endsWith('/token')) return false;
  sendJson(response, 401, { error: 'invalid_token' });
  return true;
}

function giveNothing(response: Parameters<Misbehaviour>[1], url: URL): boolean {
  sendJson(response, url.pathname.endsWith('/token') ? 200 : 401, {});
  return true;
}
