import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openTestControl } from '../../../test/test-control.ts';
import type { Organization } from '../../model/organization.ts';
import type { Actor } from '../../model/scope.ts';
import { verifyAudit } from '../audit.ts';
import type { Control } from '../database.ts';
import { hashPassword, verifyPassword } from '../passwords.ts';
import type { Db } from '../transaction.ts';
import {
  apiClientById,
  authenticateApiClient,
  createApiClient,
  disableApiClient,
  enableApiClient,
  listApiClients,
  resetApiClientSecret,
  touchApiClient,
  usableApiClient,
} from './api-clients.ts';
import { createOrganization } from './organizations.ts';
import { getSetting, putSetting } from './settings.ts';
import { recordFailedSignIns, recordSignIn, userRowByEmail } from './sign-ins.ts';
import { isRevoked, pruneTokens, recordToken, revokeToken } from './tokens.ts';
import { createUser, disableUser, enableUser, listUsers, setUserRole, userByEmail, userById } from './users.ts';

const actor: Actor = { type: 'operator', id: 'local', label: 'operator', from: 'local', via: 'cli' };
const PASSWORD = 'Grüße vom Glockenturm';

let dir: string;
let control: Control;
let db: Db;
let organization: Organization;

beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'belfry-credentials-'));
  control = await openTestControl(join(dir, 'control.db'));
  db = control.db;
  organization = await createOrganization(db, { slug: 'north', name: 'North', actor });
});

afterEach(async () => {
  await control.close();
  await rm(dir, { recursive: true });
});

const newUser = (email = 'Ada@Example.NET') =>
  createUser(db, { email, name: 'Ada', password: PASSWORD, role: 'analyst', organizationId: organization.id, actor });

const newClient = (ownerUserId: string | null = null) =>
  createApiClient(db, { name: 'reports', organizationId: organization.id, ownerUserId, actor });

const lastAudit = () => db.selectFrom('auditEntries').selectAll().orderBy('seq', 'desc').executeTakeFirstOrThrow();

describe('passwords', () => {
  it('are verified against a hash that carries its own parameters', async () => {
    const hashed = await hashPassword(PASSWORD);
    expect(hashed).toMatch(/^\$scrypt\$ln=15,r=8,p=1\$[\w-]{22}\$[\w-]{43}$/);
    expect(await verifyPassword(PASSWORD, hashed)).toBe(true);
    expect(await verifyPassword(PASSWORD.normalize('NFD'), hashed)).toBe(true);
    expect(await verifyPassword(`${PASSWORD}.`, hashed)).toBe(false);
    expect(await hashPassword(PASSWORD)).not.toBe(hashed);
  });

  it('of a cheaper past still count', async () => {
    // RFC 7914, section 12, with the 64-byte key of its second vector.
    const key = Buffer.from(
      'fdbabe1c9d3472007856e7190d01e9fe7c6ad7cbc8237830e77376634b3731622eaf30d92e22a3886ff109279d9830dac727afb94a83ee6d8360cbdfa2cc0640',
      'hex',
    );
    const hashed = `$scrypt$ln=10,r=8,p=16$${Buffer.from('NaCl').toString('base64url')}$${key.toString('base64url')}`;
    expect(await verifyPassword('password', hashed)).toBe(true);
    await expect(verifyPassword('password', 'plain')).rejects.toThrow('not a password hash');
  });
});

describe('users', () => {
  it('are created once per address, whatever its case', async () => {
    const user = await newUser();
    expect(user).toMatchObject({ email: 'ada@example.net', role: 'analyst', enabled: true, lastSignInAt: null });
    expect(user).not.toHaveProperty('passwordHash');
    expect(await userById(db, user.id)).toEqual(user);
    expect(await userByEmail(db, ' ADA@example.net')).toEqual(user);
    await expect(newUser('ada@EXAMPLE.net')).rejects.toMatchObject({ code: 'conflict' });
    expect(await listUsers(db)).toEqual([user]);
    expect(await listUsers(db, { organizationId: 99 })).toEqual([]);
  });

  it.each(['', 'ada', '@example.net', 'ada@', 'a da@example.net', `${'a'.repeat(251)}@b.c`])(
    'refuse the address %j',
    async (email) => {
      await expect(newUser(email)).rejects.toMatchObject({ code: 'bad_request', faults: [{ where: 'email' }] });
    },
  );

  it('need a long enough password, which no error repeats, and an organization', async () => {
    const user = { email: 'a@b.c', name: 'A', role: 'viewer', organizationId: organization.id, actor } as const;
    const refused = await createUser(db, { ...user, password: 'too short' }).catch((error: unknown) => error);
    expect(refused).toMatchObject({ code: 'bad_request' });
    expect(JSON.stringify(refused)).not.toContain('too short');
    await expect(createUser(db, { ...user, organizationId: 99, password: PASSWORD })).rejects.toMatchObject({
      code: 'not_found',
    });
  });

  it('are found by their address, and the trail tells of sign-ins and of those that failed', async () => {
    const user = await newUser();
    const row = await userRowByEmail(db, ` ${user.email.toUpperCase()} `);
    expect(row).toMatchObject({ id: user.id, lastSignInAt: null });
    if (row === undefined) throw new Error('no user');
    const place = { from: '192.0.2.1', via: 'native' };
    await recordSignIn(db, row, place);
    expect((await userRowByEmail(db, user.email))?.lastSignInAt).toMatch(/Z$/);
    expect(await lastAudit()).toMatchObject({ action: 'user.sign_in', result: 'success', objectId: user.id });

    const sum = { ...place, attempts: 3, firstAt: new Date(0), lastAt: new Date(1000) };
    await recordFailedSignIns(db, [{ ...sum, account: row }]);
    expect(await lastAudit()).toMatchObject({ result: 'failure', actorFrom: '192.0.2.1', objectId: user.id });
    await recordFailedSignIns(db, [{ ...sum, account: null }]);
    expect(await lastAudit()).toMatchObject({
      actorLabel: 'unknown',
      organizationId: null,
      detail: '{"attempts":3,"firstAt":"1970-01-01T00:00:00.000Z","lastAt":"1970-01-01T00:00:01.000Z"}',
    });
  });

  it('change roles', async () => {
    const user = await newUser();
    expect(await setUserRole(db, { id: user.id, role: 'manager', actor })).toMatchObject({ role: 'manager' });
    expect(await lastAudit()).toMatchObject({ action: 'user.set_role', detail: '{"role":"manager"}' });
    await expect(setUserRole(db, { id: 'nobody', role: 'manager', actor })).rejects.toMatchObject({
      code: 'not_found',
    });
  });
});

describe('API clients', () => {
  it('authenticate with the secret they were given', async () => {
    const { client, secret } = await newClient();
    expect(client.id).toMatch(/^[0-9a-f]{32}$/);
    expect(secret).toMatch(/^[0-9a-f]{32}$/);
    expect(client).toMatchObject({ api: null, scopes: null, enabled: true, createdBy: 'operator:local' });
    expect(client).not.toHaveProperty('secretHash');
    expect(await authenticateApiClient(db, { id: client.id, secret })).toEqual(client);
    expect(await authenticateApiClient(db, { id: client.id, secret: secret.toUpperCase() })).toBeUndefined();
    expect(await authenticateApiClient(db, { id: client.id, secret: '' })).toBeUndefined();
    expect(await authenticateApiClient(db, { id: secret, secret })).toBeUndefined();
    const other = await newClient();
    expect(await authenticateApiClient(db, { id: other.client.id, secret })).toBeUndefined();
  });

  it('keep the surface and scopes they were made for', async () => {
    const scopes = ['reports.aggregations:read'];
    const input = { name: 'x', organizationId: organization.id, api: 'umbrella', scopes, actor };
    const { client } = await createApiClient(db, input);
    expect(await apiClientById(db, client.id)).toMatchObject({ api: 'umbrella', scopes });
    expect(await listApiClients(db, { organizationId: organization.id })).toEqual([client]);
    expect(await listApiClients(db, { organizationId: 99 })).toEqual([]);
    await expect(createApiClient(db, { ...input, organizationId: 99 })).rejects.toMatchObject({ code: 'not_found' });
    await expect(createApiClient(db, { ...input, ownerUserId: 'nobody' })).rejects.toMatchObject({ code: 'not_found' });
  });

  it('stop with their owner, and when they are disabled', async () => {
    const owner = await newUser();
    const { client, secret } = await newClient(owner.id);
    const credentials = { id: client.id, secret };
    expect(await authenticateApiClient(db, credentials)).toEqual(client);

    await disableUser(db, { id: owner.id, actor });
    expect(await authenticateApiClient(db, credentials)).toBeUndefined();
    expect(await usableApiClient(db, client.id)).toBeUndefined();

    await enableUser(db, { id: owner.id, actor });
    expect(await usableApiClient(db, client.id)).toEqual(client);
    expect(await disableApiClient(db, { id: client.id, actor })).toMatchObject({ enabled: false });
    expect(await authenticateApiClient(db, credentials)).toBeUndefined();
    expect(await enableApiClient(db, { id: client.id, actor })).toEqual(client);
    expect(await authenticateApiClient(db, credentials)).toEqual(client);
  });

  it('lose secret and tokens when the secret is reset', async () => {
    const { client, secret } = await newClient();
    const token = { clientId: client.id, organizationId: organization.id, issuedAt: new Date(), expiresAt: new Date() };
    await recordToken(db, { id: 'a', ...token });
    const reset = await resetApiClientSecret(db, { id: client.id, actor });
    expect(await authenticateApiClient(db, { id: client.id, secret })).toBeUndefined();
    expect(await authenticateApiClient(db, { id: client.id, secret: reset.secret })).toEqual(client);
    expect(await isRevoked(db, 'a')).toBe(true);
    expect(await lastAudit()).toMatchObject({ action: 'client.reset_secret', objectId: client.id });
  });

  it('note their last use at most once a minute', async () => {
    const { client } = await newClient();
    const known = async () => (await apiClientById(db, client.id)) ?? client;
    const use = async (at: string) => {
      await touchApiClient(db, await known(), new Date(at));
      return (await known()).lastUsedAt;
    };
    expect(await use('2026-01-01T00:00:00.000Z')).toBe('2026-01-01T00:00:00.000Z');
    expect(await use('2026-01-01T00:00:59.999Z')).toBe('2026-01-01T00:00:00.000Z');
    expect(await use('2026-01-01T00:01:00.000Z')).toBe('2026-01-01T00:01:00.000Z');
  });

  // A server's files are not ours to read.
  it.skipIf(process.env.TEST_CONTROL === 'server')('leave neither secret nor password in any file', async () => {
    const { client, secret } = await newClient();
    await newUser();
    const reset = await resetApiClientSecret(db, { id: client.id, actor });
    const files = await readdir(dir);
    expect(files).toContain('control.db-wal');
    const contents = Buffer.concat(await Promise.all(files.map((file) => readFile(join(dir, file)))));
    expect(contents.includes(client.id)).toBe(true);
    for (const plain of [secret, reset.secret, PASSWORD]) {
      for (const spelling of [plain, Buffer.from(plain).toString('base64').replace(/=*$/, '')]) {
        expect(contents.includes(spelling)).toBe(false);
      }
    }
    for (const plain of [secret, reset.secret]) expect(contents.includes(Buffer.from(plain, 'hex'))).toBe(false);
  });
});

describe('tokens', () => {
  it('count until they are revoked; unknown ones never do', async () => {
    const { client } = await newClient();
    const token = { clientId: client.id, organizationId: organization.id, issuedAt: new Date() };
    await recordToken(db, { ...token, id: 'a', expiresAt: new Date('2026-01-01T01:00:00Z') });
    await recordToken(db, { ...token, id: 'b', expiresAt: new Date('2026-01-01T02:00:00Z') });
    expect(await isRevoked(db, 'a')).toBe(false);
    expect(await isRevoked(db, 'forged')).toBe(true);
    await revokeToken(db, { id: 'a', actor });
    await revokeToken(db, { id: 'a', actor });
    expect([await isRevoked(db, 'a'), await isRevoked(db, 'b')]).toEqual([true, false]);
    await expect(revokeToken(db, { id: 'forged', actor })).rejects.toMatchObject({ code: 'not_found' });
    const revocations = await db
      .selectFrom('auditEntries')
      .select('seq')
      .where('action', '=', 'token.revoke')
      .execute();
    expect(revocations).toHaveLength(1);
    expect(await pruneTokens(db, { expiredBefore: new Date('2026-01-01T02:00:00Z') })).toBe(1);
    expect(await isRevoked(db, 'b')).toBe(false);
  });
});

describe('settings', () => {
  it('keep any JSON value and write what changed to the trail', async () => {
    expect(await getSetting(db, 'retention')).toBeUndefined();
    await putSetting(db, { key: 'retention', value: { days: 30 }, actor });
    await putSetting(db, { key: 'retention', value: { days: 90 }, actor });
    expect(await getSetting(db, 'retention')).toEqual({ days: 90 });
    expect((await lastAudit()).detail).toBe('{"from":{"days":30},"to":{"days":90}}');
    expect((await verifyAudit(db)).fault).toBeUndefined();
  });
});
