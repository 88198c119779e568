import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { clumioToken, type Headers, inContext } from '../../../test/clumio-api.ts';
import { openWorld, TEST_ACTOR, type World } from '../../../test/world.ts';
import { authenticateApiClient } from '../../control/repos/api-clients.ts';
import { organizationBySlug } from '../../control/repos/organizations.ts';
import { createUser } from '../../control/repos/users.ts';

const GLOBAL = '00000000-0000-0000-0000-000000000000';
const UNITS = '/organizational-units';

let world: World;
let token: Headers;
let names = 0;
let name: string;

beforeAll(async () => {
  world = await openWorld();
  token = await clumioToken(world, world.organizations.branch);
});

beforeEach(() => {
  names += 1;
  name = `Unit ${names}`;
});

afterAll(() => world?.close());

type Method = 'GET' | 'POST' | 'PATCH' | 'DELETE';
const ask = (method: Method, url: string, payload?: unknown, headers: Headers = token) =>
  world.app.inject({
    method,
    url,
    headers: { ...headers, ...(payload !== undefined && { 'content-type': 'text/plain; charset=utf-8' }) },
    ...(payload !== undefined && { payload: JSON.stringify(payload) }),
  });
const create = async (body: object, headers = token) => (await ask('POST', UNITS, body, headers)).json();
const userOf = async (organizationId: number, email: string) =>
  createUser(world.context.control.db, {
    email,
    name: 'Somebody',
    password: 'long enough a password',
    role: 'analyst',
    organizationId,
    actor: TEST_ACTOR,
  });
const filtered = (filter: object) => `${UNITS}?limit=10000&filter=${encodeURIComponent(JSON.stringify(filter))}`;

describe('units', () => {
  test('are the organizations of the tree, the token’s own as the global one', async () => {
    const { office } = world.organizations;
    const global = (await ask('GET', `${UNITS}/${GLOBAL}`)).json();
    expect(global).toMatchObject({
      id: GLOBAL,
      name: 'Global organizational unit',
      description: 'branch',
      parent_id: null,
    });
    expect(global.descendant_ids).toContain(office.uuid);
    expect(Object.keys(global._links)).toEqual(['_self']);
    const child = (await ask('GET', `${UNITS}/${office.uuid}`)).json();
    expect(child).toMatchObject({
      id: office.uuid,
      name: 'office',
      parent_id: GLOBAL,
      children_count: 0,
      descendant_ids: [],
    });
    expect(Object.keys(child._links)).toEqual(['_self', 'patch-organizational-unit', 'delete-organizational-unit']);
    const inside = (await ask('GET', `${UNITS}/${office.uuid}`, undefined, inContext(token, office.uuid))).json();
    expect(inside).toEqual(child);
  });

  test('of others are not found, by any method', async () => {
    for (const uuid of [world.organizations.sibling.uuid, world.organizations.provider.uuid, 'x', '1000001']) {
      for (const method of ['GET', 'PATCH', 'DELETE'] as const) {
        const answer = await ask(method, `${UNITS}/${uuid}`, method === 'PATCH' ? { name } : undefined);
        expect([answer.statusCode, answer.json().errors[0].error_code], `${method} ${uuid}`).toEqual([404, 1004]);
      }
      expect((await ask('POST', UNITS, { name, parent_id: uuid })).statusCode, uuid).toBe(404);
    }
    const { office } = world.organizations;
    const above = await ask('POST', UNITS, { name, parent_id: GLOBAL }, inContext(token, office.uuid));
    expect(above.statusCode).toBe(404);
  });

  test('are found by parent, by part of the name, and by id', async () => {
    const one = await create({ name: `${name} Ångström` });
    const below = await create({ name: `${name} below`, parent_id: one.id });
    const found = async (filter: object) =>
      (await ask('GET', filtered(filter))).json()._embedded.items.map(({ id }: { id: string }) => id);
    expect(await found({ parent_id: { $eq: one.id } })).toEqual([below.id]);
    expect(await found({ parent_id: { $eq: GLOBAL } })).toContain(one.id);
    expect(await found({ parent_id: { $eq: GLOBAL } })).not.toContain(GLOBAL);
    expect(await found({ name: { $contains: 'åNGSTR' } })).toEqual([one.id]);
    expect(await found({ id: { $in: [below.id, GLOBAL, world.organizations.sibling.uuid] } })).toEqual([
      GLOBAL,
      below.id,
    ]);
    expect(await found({ parent_id: { $eq: world.organizations.provider.uuid } })).toEqual([]);
  });
});

describe('a new unit', () => {
  test('reads as it was answered, whatever was left out or null', async () => {
    const answer = await ask('POST', UNITS, { name, description: null, parent_id: null, entities: null, users: null });
    expect(answer.statusCode, answer.payload).toBe(200);
    const made = answer.json();
    expect(made).toMatchObject({ name, description: '', parent_id: GLOBAL, users: [], user_count: 0, task_id: null });
    expect((await ask('GET', `${UNITS}/${made.id}`)).json()).toEqual(made);
  });

  test('has its users in the version that was asked for, and must be given some that exist', async () => {
    const { branch, sibling } = world.organizations;
    const user = await userOf(branch.id, `${names}@branch.example`);
    const foreign = await userOf(sibling.id, `${names}@sibling.example`);
    const users = [{ user_id: user.id, assigned_role: 'backup' }];
    const made = await create({ name, users });
    expect(made).toMatchObject({ users, user_count: 1 });
    const [listed] = (await ask('GET', filtered({ id: { $in: [made.id] } }))).json()._embedded.items;
    expect(listed).toMatchObject({ users: null, user_count: 1 });
    const above = (await ask('GET', `${UNITS}/${GLOBAL}`)).json();
    expect(above.users.map(({ user_id }: { user_id: string }) => user_id)).toContain(user.id);
    expect(above.user_count).toBe(above.users.length);
    const first = { ...token, accept: 'application/api.clumio.organizational-units=v1+json' };
    expect((await ask('GET', `${UNITS}/${made.id}`, undefined, first)).json().users).toEqual([user.id]);
    expect((await create({ name: `${name} v1`, users: [user.id] }, first)).users).toEqual([user.id]);
    for (const id of [foreign.id, 'nobody']) {
      expect((await ask('POST', UNITS, { name: `${name} no`, users: [id] })).statusCode).toBe(404);
    }
    expect((await ask('GET', filtered({ name: { $contains: `${name} no` } }))).json().total_count).toBe(0);
  });

  test('with entities is accepted with a task that is done', async () => {
    const entities = [{ primary_entity: { id: '42', type: 'aws_environment' } }];
    const answer = await ask('POST', `${UNITS}?embed=read-task`, { name, entities });
    expect(answer.statusCode).toBe(202);
    const made = answer.json();
    expect(made.configured_datasource_types).toEqual(['aws']);
    expect(made._embedded['read-task']).toMatchObject({
      id: made.task_id,
      type: 'organizational_unit_create',
      status: 'completed',
      progress_percentage: 100,
      primary_entity: { id: made.id, type: 'organizational_unit', value: name },
    });
    expect(Number(made.task_id)).toBeLessThan(2 ** 40);
  });

  test('has a name of its own under its parent, from 1 to 129 characters', async () => {
    const { id } = await create({ name: 'n'.repeat(129) });
    expect(id).toBeTypeOf('string');
    expect((await ask('POST', UNITS, { name: 'n'.repeat(129) })).statusCode).toBe(409);
    for (const body of [
      {},
      { name: null },
      { name: ' ' },
      { name: `${name} ` },
      { name: 7 },
      { name: 'n'.repeat(130) },
      { name: 'a\nb' },
      { name, description: 'd'.repeat(130) },
      { name, users: [{}] },
      { name, entities: { add: [] } },
      { name, entities: [{ primary_entity: { id: '1' } }] },
      [],
      'name',
    ]) {
      const answer = await ask('POST', UNITS, body);
      expect(answer.statusCode, JSON.stringify(body).slice(0, 80)).toBe(400);
      expect(answer.json().errors[0].error_code).toBe(111);
    }
    const { statusCode } = await world.app.inject({ method: 'POST', url: UNITS, headers: token, payload: '{"name":' });
    expect(statusCode).toBe(400);
  });

  test('has a slug made of its name, unlike any other', async () => {
    const { db } = world.context.control;
    const { stranger } = world.organizations;
    const other = await clumioToken(world, stranger);
    await create({ name: 'Köln & Söhne' });
    await create({ name: 'Köln & Söhne' }, other);
    await create({ name: '东京' });
    for (const slug of ['koln-sohne', 'koln-sohne-2', 'unit']) expect(await organizationBySlug(db, slug)).toBeDefined();
  });
});

describe('a change', () => {
  test('leaves alone what is absent or null, and takes users and entities away again', async () => {
    const user = await userOf(world.organizations.branch.id, `${names}@branch.example`);
    const made = await create({ name, description: 'before', users: [{ user_id: user.id, assigned_role: 'a' }] });
    const path = `${UNITS}/${made.id}`;
    const renamed = await ask('PATCH', path, { name: `${name} new`, description: null, users: null, entities: null });
    expect([renamed.statusCode, renamed.json().task_id]).toEqual([200, null]);
    expect(renamed.json()).toMatchObject({ name: `${name} new`, description: 'before', user_count: 1 });
    expect(renamed.json()._etag).not.toBe(made._etag);
    expect(
      (await ask('PATCH', path, { users: { add: [{ user_id: user.id, assigned_role: 'b' }] } })).json().users,
    ).toEqual([{ user_id: user.id, assigned_role: 'b' }]);
    expect((await ask('PATCH', path, { users: { remove: [user.id] } })).json().users).toEqual([]);
    const entity = { primary_entity: { id: '1', type: 'microsoft365_domain' } };
    const added = await ask('PATCH', path, { entities: { add: [entity], remove: null } });
    expect([added.statusCode, added.json().configured_datasource_types]).toEqual([202, ['microsoft365']]);
    const removed = await ask('PATCH', path, { entities: { remove: [entity] } });
    expect([removed.statusCode, removed.json().configured_datasource_types]).toEqual([202, []]);
    expect(removed.json()).toEqual({
      ...(await ask('GET', path)).json(),
      task_id: removed.json().task_id,
      _etag: removed.json()._etag,
      _links: removed.json()._links,
    });
  });

  test('to a name that a sibling has is a conflict, and the global unit cannot be changed', async () => {
    const { id } = await create({ name });
    expect((await ask('PATCH', `${UNITS}/${id}`, { name: 'office' })).statusCode).toBe(409);
    expect((await ask('PATCH', `${UNITS}/${GLOBAL}`, { description: 'x' })).statusCode).toBe(412);
    expect((await ask('PATCH', `${UNITS}/${world.organizations.branch.uuid}`, { name })).statusCode).toBe(412);
  });
});

describe('deleting', () => {
  test('answers with a task that is done, and leaves nothing to be found', async () => {
    const { db } = world.context.control;
    const { id, name: called } = await create({ name });
    const slug = called.toLowerCase().replace(' ', '-');
    const organization = await organizationBySlug(db, slug);
    if (organization === undefined) throw new Error(`no organization ${slug}`);
    const { client, secret } = await world.createClient(organization, { api: 'clumio' });
    await userOf(organization.id, `${slug}@example.com`);
    const answer = await ask('DELETE', `${UNITS}/${id}?embed=read-task`);
    expect(answer.statusCode, answer.payload).toBe(202);
    const { task_id, _embedded, _links } = answer.json();
    expect(_links['read-task']).toEqual({ href: `/tasks/${task_id}`, templated: false, type: 'get' });
    expect(_embedded['read-task']).toMatchObject({
      id: task_id,
      type: 'organizational_unit_delete',
      status: 'completed',
    });
    const task = (await ask('GET', `/tasks/${task_id}`)).json();
    expect(task).toEqual(_embedded['read-task']);
    expect(task._links['read-organizational-unit'].href).toBe(`/organizational-units/${GLOBAL}`);
    const other = await clumioToken(world, world.organizations.sibling);
    for (const foreign of [task_id, '1', '0', 'x', '9'.repeat(20)]) {
      expect((await ask('GET', `/tasks/${foreign}`, undefined, other)).statusCode, foreign).toBe(404);
    }
    expect((await ask('GET', `${UNITS}/${id}`)).statusCode).toBe(404);
    expect((await ask('DELETE', `${UNITS}/${id}`)).statusCode).toBe(404);
    expect((await ask('GET', UNITS, undefined, inContext(token, id))).statusCode).toBe(403);
    expect((await ask('GET', `${UNITS}/${GLOBAL}`)).json().descendant_ids).not.toContain(id);
    expect(await authenticateApiClient(db, { id: client.id, secret })).toBeUndefined();
    const credentials = { email: `${slug}@example.com`, password: 'long enough a password', from: '::1', via: 'test' };
    await expect(world.deps.passwordSignIn.authenticate(credentials)).rejects.toMatchObject({
      code: 'unauthenticated',
    });
    await userOf(world.organizations.branch.id, `${slug}@example.com`);
    expect((await create({ name })).name).toBe(name);
    expect((await organizationBySlug(db, slug))?.uuid).not.toBe(id);
  });

  test('stays in the trail, with the name it had', async () => {
    const { id } = await create({ name });
    await ask('DELETE', `${UNITS}/${id}`);
    const filter = encodeURIComponent(JSON.stringify({ 'primary_entity.id': { $in: [id] } }));
    const { items } = (await ask('GET', `/audit-trails?filter=${filter}`)).json()._embedded;
    expect(items.map((item: { action: string }) => item.action)).toEqual(['delete', 'create']);
    expect(items[0]).toMatchObject({
      category: 'organizational_unit',
      interface: 'API',
      user_email: 'test',
      ip_address: '127.0.0.1',
      primary_entity: { id, type: 'organizational_unit', value: name },
    });
  });

  test('is refused while there are units below, and for the global one', async () => {
    const above = await create({ name });
    const below = await create({ name: `${name} below`, parent_id: above.id });
    const refused = await ask('DELETE', `${UNITS}/${above.id}`);
    expect([refused.statusCode, refused.json().errors[0].error_code]).toEqual([412, 1012]);
    expect((await ask('DELETE', `${UNITS}/${GLOBAL}`)).statusCode).toBe(412);
    expect((await ask('DELETE', `${UNITS}/${below.id}`)).statusCode).toBe(202);
    expect((await ask('DELETE', `${UNITS}/${above.id}`)).statusCode).toBe(202);
  });
});
