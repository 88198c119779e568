import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { OPERATOR, openPeerWorld, type PeerWorld } from '../../../test/peer-world.ts';
import type { UsmServer } from '../../../test/usm-server.ts';
import { TEST_ACTOR } from '../../../test/world.ts';
import { createOrganization } from '../../control/repos/organizations.ts';
import { leavePeer, listPeers, type PeerToJoin } from './index.ts';

let world: PeerWorld;
let server: UsmServer;

beforeEach(async () => {
  world = await openPeerWorld();
  server = world.server;
});

afterEach(() => world?.close());

describe('joining', () => {
  it('makes the organization, tries the credential and keeps the secret sealed', async () => {
    const joined = await world.join({ url: `${server.url}/api/2.0/`, name: 'Acme Ltd' });
    expect(joined).toMatchObject({
      organization: 'acme',
      url: server.url,
      connected: false,
      enabled: true,
      lastError: null,
    });
    expect(server.lists.map(String)).toEqual(['sort=timestamp_occured%2Casc&size=1']);
    expect(await world.organization('acme')).toMatchObject({ name: 'Acme Ltd' });
    const stored = await world.control.db.selectFrom('peers').selectAll().execute();
    const trail = await world.control.db
      .selectFrom('auditEntries')
      .selectAll()
      .where('action', '=', 'peer.join')
      .execute();
    expect(trail).toHaveLength(1);
    expect(JSON.stringify([stored, trail, joined])).not.toContain(server.secret);
  });

  it.each<[string, Partial<PeerToJoin>, string, RegExp]>([
    ['a wrong secret', { secret: 'x' }, 'url', /refuses the client id and secret \(401\)/],
    ['no server', { url: 'http://127.0.0.1:65534' }, 'url', /cannot be joined: the request failed: .*ECONNREFUSED/],
    ['an address of a file', { url: 'file:///etc/passwd' }, 'url', /https:/],
    ['an address with credentials', { url: 'http://a:b@127.0.0.1/' }, 'url', /without credentials/],
    ['nothing', { url: '' }, 'url', /https:/],
    ['a client id with a colon', { clientId: 'a:b' }, 'clientId', /colon/],
    ['a secret with a line end', { secret: 'a\r\nb' }, 'clientSecret', /control character/],
    ['no organization and no parent', { parent: null }, 'parent', /name the one to make it under/],
    ['an organization that exists, with a parent', { organization: 'provider' }, 'organization', /exists already/],
  ])('says what is wrong with %s', async (_what, input, where, message) => {
    await expect(world.join(input)).rejects.toMatchObject({
      code: 'bad_request',
      faults: [{ where, message: expect.stringMatching(message) }],
    });
  });

  it('is for the operator, once for an organization, below one that there is', async () => {
    const manager = { ...OPERATOR, root: await world.organization('provider') };
    await expect(world.join({}, manager)).rejects.toMatchObject({ code: 'forbidden' });
    await expect(world.join({ parent: 'nobody' })).rejects.toMatchObject({ code: 'not_found' });
    await world.join();
    await expect(world.join({ parent: null })).rejects.toMatchObject({ code: 'conflict' });
    expect(await listPeers(world.context, manager)).toHaveLength(1);
    await createOrganization(world.control.db, { slug: 'other', name: 'Other', actor: TEST_ACTOR });
    const stranger = { ...OPERATOR, root: await world.organization('other') };
    expect(await listPeers(world.context, stranger)).toEqual([]);
    await expect(leavePeer(world.context, stranger, 'acme')).rejects.toMatchObject({ code: 'not_found' });
  });
});
