import { randomUUID } from 'node:crypto';
import { AppError, badInput } from '../../model/errors.ts';
import type { Actor } from '../../model/scope.ts';
import { appendAudit } from '../audit.ts';
import { hashPassword } from '../passwords.ts';
import type { UserRole, UserRow } from '../tables.ts';
import { emailText, readableText } from '../text-rules.ts';
import { type Db, inTransaction, type Trx } from '../transaction.ts';
import { requireOrganization } from './organizations.ts';
import { userRowByEmail } from './sign-ins.ts';

/** A person who signs in. */
export interface User {
  readonly id: string;
  /** Lower case, unique everywhere. */
  readonly email: string;
  readonly name: string;
  readonly role: UserRole;
  readonly organizationId: number;
  readonly enabled: boolean;
  readonly createdAt: string;
  readonly lastSignInAt: string | null;
}

export interface NewUser {
  readonly email: string;
  readonly name: string;
  /** At least 10 characters. */
  readonly password: string;
  readonly role: UserRole;
  readonly organizationId: number;
  readonly actor: Actor;
}

/** Fails with `bad_request`, or `conflict` when the address is taken. */
export async function createUser(db: Db, input: NewUser): Promise<User> {
  const email = emailText('email', input.email);
  const name = readableText('name', input.name);
  const passwordHash = await hashNewPassword(input.password);
  return inTransaction(db, async (trx) => {
    await requireOrganization(trx, input.organizationId);
    const created = await trx
      .insertInto('users')
      .values({
        id: randomUUID(),
        email,
        name,
        passwordHash,
        role: input.role,
        organizationId: input.organizationId,
        enabled: 1,
        createdAt: new Date().toISOString(),
      })
      .onConflict((conflict) => conflict.column('email').doNothing())
      .returningAll()
      .executeTakeFirst();
    if (created === undefined) throw new AppError('conflict', { public: `a user ${email} exists already` });
    await audit(trx, created, 'user.create', input.actor, { role: input.role });
    return toUser(created);
  });
}

export async function userById(db: Db, id: string): Promise<User | undefined> {
  const row = await db.selectFrom('users').selectAll().where('id', '=', id).executeTakeFirst();
  return row && toUser(row);
}

/** Fails with `not_found`. */
export async function requireUser(db: Db, id: string): Promise<User> {
  const user = await userById(db, id);
  if (user === undefined) throw noUser(id);
  return user;
}

function noUser(id: string): AppError {
  return new AppError('not_found', { public: `there is no user ${id}` });
}

export async function userByEmail(db: Db, email: string): Promise<User | undefined> {
  const row = await userRowByEmail(db, email);
  return row && toUser(row);
}

/** By address; of one organization, or of all. */
export async function listUsers(db: Db, input: { organizationId?: number } = {}): Promise<User[]> {
  const all = db.selectFrom('users').selectAll().orderBy('email');
  const { organizationId } = input;
  const rows = await (organizationId === undefined ? all : all.where('organizationId', '=', organizationId)).execute();
  return rows.map(toUser);
}

export async function setPassword(db: Db, input: { id: string; password: string; actor: Actor }): Promise<void> {
  const passwordHash = await hashNewPassword(input.password);
  await change(db, input.id, { passwordHash }, 'user.set_password', input.actor);
}

export function setUserRole(db: Db, input: { id: string; role: UserRole; actor: Actor }): Promise<User> {
  return change(db, input.id, { role: input.role }, 'user.set_role', input.actor, { role: input.role });
}

/** The API clients a user owns stop working with the user. */
export function disableUser(db: Db, input: { id: string; actor: Actor }): Promise<User> {
  return change(db, input.id, { enabled: 0 }, 'user.disable', input.actor);
}

export function enableUser(db: Db, input: { id: string; actor: Actor }): Promise<User> {
  return change(db, input.id, { enabled: 1 }, 'user.enable', input.actor);
}

type Changes = Partial<Pick<UserRow, 'passwordHash' | 'role' | 'enabled'>>;

function change(
  db: Db,
  id: string,
  changes: Changes,
  action: string,
  actor: Actor,
  detail?: Record<string, unknown>,
): Promise<User> {
  return inTransaction(db, async (trx) => {
    const row = await trx.updateTable('users').set(changes).where('id', '=', id).returningAll().executeTakeFirst();
    if (row === undefined) throw noUser(id);
    await audit(trx, row, action, actor, detail);
    return toUser(row);
  });
}

function audit(trx: Trx, row: UserRow, action: string, actor: Actor, detail?: Record<string, unknown>): Promise<void> {
  return appendAudit(trx, {
    actor,
    action,
    objectType: 'user',
    objectId: row.id,
    objectLabel: row.email,
    organizationId: row.organizationId,
    result: 'success',
    ...(detail && { detail }),
  });
}

function toUser({ passwordHash: _, enabled, ...row }: UserRow): User {
  return { ...row, enabled: enabled === 1 };
}

async function hashNewPassword(password: string): Promise<string> {
  if (password.length < 10) throw badInput('password', undefined, 'password must have at least 10 characters');
  if (password.length > 1000) throw badInput('password', undefined, 'password must not be longer than 1000 characters');
  return hashPassword(password);
}
