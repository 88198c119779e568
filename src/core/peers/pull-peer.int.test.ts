import { randomBytes } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { manyAlarms, OPERATOR, openPeerWorld, type PeerWorld, T0 } from '../../../test/peer-world.ts';
import { type UsmServer, usmAlarm } from '../../../test/usm-server.ts';
import { HOUR_MS } from '../../kit/durations.ts';
import { createSuppressionRule } from '../alarms/index.ts';
import { leavePeer, listPeers, pausePeer, resumePeer } from './index.ts';

let world: PeerWorld;
let server: UsmServer;

beforeEach(async () => {
  world = await openPeerWorld();
  server = world.server;
});

afterEach(() => world?.close());

const change = (index: number, changes: object) => {
  server.alarms = server.alarms.map((alarm, at) => (at === index ? { ...alarm, ...changes } : alarm));
};

describe('pulling', () => {
  it('reads all alarms, each once, whole, over many pages', async () => {
    server.alarms = manyAlarms(1234);
    await world.join();
    await world.pull();
    const found = await world.alarms();
    expect(found.map(({ id }) => id)).toEqual(server.alarms.map(({ uuid }) => uuid));
    expect(found[7]).toMatchObject({
      document: server.alarms[7],
      status: 'open',
      lastEventUs: (T0 + 7 * 60_000) * 1000,
      receivedMs: T0 + 7 * 60_000 + 1000,
      rule: { method: 'method 7', intent: 'Delivery & Attack', priority: 50 },
      sources: [{ address: '203.0.113.9' }],
    });
    expect(await world.peer()).toMatchObject({ connected: true, failures: 0, lastError: null });
    expect(server.tokensGiven).toBe(2);
  });

  it('follows what changes, comes late and comes anew, and writes nothing where nothing did', async () => {
    server.alarms = manyAlarms(50);
    await world.join();
    await world.pull();
    const versions = async () => (await world.control.db.selectFrom('alarms').select('id').execute()).length;
    await world.pullAgain();
    expect(await versions()).toBe(50);
    change(49, { status: 'closed', packet_data: ['x', 'y'] });
    server.alarms = [...server.alarms, usmAlarm(50, T0 + 48 * 60_000), usmAlarm(51, T0 + 90 * 60_000)];
    await world.pullAgain();
    expect(await versions()).toBe(53);
    const found = await world.alarms();
    expect(found).toHaveLength(52);
    expect(found.find(({ rule }) => rule.method === 'method 49')).toMatchObject({ status: 'closed', events: 2 });
  });

  it.each([
    ['a day', 20 * HOUR_MS, 6 * 60_000],
    ['a month', 20 * 24 * HOUR_MS, HOUR_MS],
    ['a year', 365 * 24 * HOUR_MS, 24 * HOUR_MS],
  ])('sees that an alarm of %s ago was closed, in time', async (_ago, agoMs, laterMs) => {
    server.alarms = [usmAlarm(0, T0 - agoMs), ...manyAlarms(150).slice(1)];
    await world.join();
    await world.pull();
    change(0, { status: 'closed' });
    world.nowMs += 60_000;
    await world.pull();
    expect((await world.alarms())[0]).toMatchObject({ status: 'open' });
    world.nowMs += laterMs;
    await world.pull();
    expect((await world.alarms())[0]).toMatchObject({ status: 'closed' });
  });

  it('sees at the next pull what was raised late about events of long ago, however much', async () => {
    server.alarms = manyAlarms(300);
    await world.join();
    await world.pull();
    const late = Array.from({ length: 250 }, (_, index) =>
      usmAlarm(1000 + index, T0 - 300 * 24 * HOUR_MS + index, { timestamp_received: String(world.nowMs + index) }),
    );
    server.alarms = [...server.alarms, ...late];
    await world.pullAgain();
    expect(new Set((await world.alarms()).map(({ id }) => id)).size).toBe(550);
  });

  it('reads alarms of one instant, more than go on many pages', async () => {
    server.alarms = manyAlarms(1000, 0);
    await world.join();
    await world.pull();
    expect(await world.alarms()).toHaveLength(1000);
  });

  it('gives other peers their turn in between, and goes on where it stopped', async () => {
    server.alarms = manyAlarms(25_000, 10);
    await world.join();
    expect(await world.pull()).toBe(2);
    expect(new Set((await world.alarms()).map(({ id }) => id)).size).toBe(25_000);
    expect(server.lists.length).toBeLessThan(260);
  });

  it('hides what a suppression rule above hides, and keeps it so while the peer says nothing else', async () => {
    server.alarms = manyAlarms(3);
    await world.join();
    const scope = { ...OPERATOR, organization: await world.organization('provider') };
    await createSuppressionRule(world.context, scope, { name: 'noise', match: { method: 'method 1' } });
    await world.pull();
    const states = async () => (await world.alarms()).map(({ status, suppressed }) => [status, suppressed]);
    const hidden = [
      ['open', false],
      ['closed', true],
      ['open', false],
    ];
    expect(await states()).toEqual(hidden);
    change(1, { packet_data: ['x'] });
    await world.pullAgain();
    expect(await states()).toEqual(hidden);
  });

  it('renews a token that is not good any more', async () => {
    server.alarms = manyAlarms(3);
    await world.join();
    await world.pull();
    server.tokens.clear();
    server.alarms = manyAlarms(4);
    await world.pullAgain();
    expect(await world.alarms()).toHaveLength(4);
  });

  it('skips what cannot be read and says so', async () => {
    const [first, second] = manyAlarms(2);
    const broken = [
      { ...first, uuid: 'x' },
      { ...first, timestamp_occured: 'soon' },
      7,
      null,
      { ...first, inner: 'deep' },
    ];
    server.misbehave = (_request, response, url) => {
      if (!url.pathname.endsWith('/alarms') || url.searchParams.get('size') === '1') return false;
      const page = { _embedded: { alarms: [first, ...broken, second] }, page: { totalElements: 7 } };
      // Deeper than it could be written otherwise.
      response.end(JSON.stringify(page).replace('"deep"', `${'['.repeat(100_000)}${']'.repeat(100_000)}`));
      return true;
    };
    await world.join();
    await world.pull();
    expect(await world.alarms()).toHaveLength(2);
    expect(await world.peer()).toMatchObject({
      connected: true,
      lastError: 'not read: an alarm has no uuid, or one that is none: x, and 3 more',
    });
  });

  it('does not take back what was the organization’s own', async () => {
    await world.join();
    const organization = await world.organization('acme');
    server.alarms = [usmAlarm(0, T0, { x_att_tenantid: organization.uuid }), usmAlarm(1, T0 + 1)];
    await world.pull();
    expect((await world.alarms()).map(({ rule }) => rule.method)).toEqual(['method 1']);
  });

  it('stops for a pause and goes on after it; a server that left and joins again finds its alarms', async () => {
    server.alarms = manyAlarms(3);
    await world.join();
    await pausePeer(world.context, OPERATOR, 'acme');
    expect(await world.pull()).toBe(0);
    expect(await world.peer()).toMatchObject({ enabled: false, connected: false });
    await resumePeer(world.context, OPERATOR, 'acme');
    expect(await world.pull()).toBe(1);
    await leavePeer(world.context, OPERATOR, 'acme');
    expect(await listPeers(world.context, OPERATOR)).toEqual([]);
    await expect(pausePeer(world.context, OPERATOR, 'acme')).rejects.toMatchObject({ code: 'not_found' });
    expect(await world.alarms()).toHaveLength(3);
    await world.join({ parent: null });
    await world.pull();
    expect(await world.alarms()).toHaveLength(3);
  });

  it('is done by one at a time, and taken over from one that is gone', async () => {
    server.alarms = manyAlarms(3);
    await world.join();
    const gone = new AbortController();
    let asked = () => {};
    const reached = new Promise<void>((resolve) => {
      asked = resolve;
    });
    server.misbehave = (_request, _response, url) => {
      if (!url.pathname.endsWith('/alarms')) return false;
      asked();
      return true;
    };
    const hanging = world.newPuller().pullNext(gone.signal);
    await reached;
    server.misbehave = undefined;
    expect(await world.pull(world.newPuller())).toBe(0);
    world.nowMs += 21_000;
    expect(await world.pull(world.newPuller())).toBe(1);
    expect(await world.alarms()).toHaveLength(3);
    gone.abort();
    await hanging;
    expect(await world.peer()).toMatchObject({ failures: 0, connected: true });
  });

  it('ends at once when it is told to stop, and leaves the peer to others', async () => {
    await world.join();
    const stop = new AbortController();
    server.misbehave = () => {
      stop.abort();
      return true;
    };
    await world.newPuller().pullNext(stop.signal);
    server.misbehave = undefined;
    expect(await world.peer()).toMatchObject({ failures: 0, lastError: null });
    expect(await world.pull()).toBe(1);
  });

  it('needs the key that the secret was sealed with', async () => {
    await world.join();
    await world.newPuller(randomBytes(32)).pullNext(new AbortController().signal);
    expect(await world.peer()).toMatchObject({ lastError: expect.stringContaining('another token key') });
  });
});
