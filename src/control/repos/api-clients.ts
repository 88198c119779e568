import { AppError } from '../../model/errors.ts';
import type { Actor } from '../../model/scope.ts';
import { appendAudit } from '../audit.ts';
import { hashSecret, randomHex, verifySecret } from '../secrets.ts';
import type { ApiClientRow } from '../tables.ts';
import { readableText } from '../text-rules.ts';
import { type Db, inTransaction, type Trx } from '../transaction.ts';
import { requireOrganization } from './organizations.ts';
import { requireUser } from './users.ts';

/** A credential of a program: id (vendors also say key) and secret. */
export interface ApiClient {
  /** 32 hex characters. */
  readonly id: string;
  readonly name: string;
  /** The client works only while this user is enabled; null for nobody's. */
  readonly ownerUserId: string | null;
  readonly organizationId: number;
  /** The one surface it may use (`usm-central`, `clumio`, …); null for the default set. */
  readonly api: string | null;
  /** The vendor's names of what it may do; null for everything. */
  readonly scopes: readonly string[] | null;
  readonly enabled: boolean;
  readonly createdAt: string;
  /** `<actor type>:<actor id>` */
  readonly createdBy: string;
  /** To the minute. */
  readonly lastUsedAt: string | null;
  /** When it stops working by itself; null for never. */
  readonly expiresAt: string | null;
}

export interface NewApiClient {
  readonly name: string;
  readonly organizationId: number;
  readonly ownerUserId?: string | null;
  readonly api?: string | null;
  readonly scopes?: readonly string[] | null;
  readonly expiresAt?: Date | null;
  readonly actor: Actor;
}

/** A client with its secret, 32 hex characters. Only a hash of it is kept: this is the one time it can be shown. */
export interface ApiClientWithSecret {
  readonly client: ApiClient;
  readonly secret: string;
}

export async function createApiClient(db: Db, input: NewApiClient): Promise<ApiClientWithSecret> {
  const name = readableText('name', input.name);
  const id = randomHex();
  const secret = randomHex();
  return inTransaction(db, async (trx) => {
    await requireOrganization(trx, input.organizationId);
    if (input.ownerUserId) await requireUser(trx, input.ownerUserId);
    const row = await trx
      .insertInto('apiClients')
      .values({
        id,
        secretHash: hashSecret(id, secret),
        name,
        ownerUserId: input.ownerUserId ?? null,
        organizationId: input.organizationId,
        api: input.api ?? null,
        scopes: input.scopes ? JSON.stringify(input.scopes) : null,
        enabled: 1,
        createdAt: new Date().toISOString(),
        createdBy: `${input.actor.type}:${input.actor.id}`,
        expiresAt: input.expiresAt?.toISOString() ?? null,
      })
      .returningAll()
      .executeTakeFirstOrThrow();
    await audit(trx, row, 'client.create', input.actor);
    return { client: toApiClient(row), secret };
  });
}

/**
 * The client that id and secret belong to, when it may be used: it is enabled and not expired, and its owner, if it has one,
 * is enabled. Undefined otherwise; the caller learns no reason.
 */
export async function authenticateApiClient(
  db: Db,
  input: { id: string; secret: string },
  now = new Date(),
): Promise<ApiClient | undefined> {
  const row = await usableRow(db, input.id, now);
  const matches = verifySecret(input.id, input.secret, row?.secretHash ?? NO_HASH);
  return row !== undefined && matches ? toApiClient(row) : undefined;
}

/** A hash nothing has, so that an unknown id costs as long as a wrong secret. */
const NO_HASH = '0'.repeat(64);

/** The client, when it may still be used; to be asked again for each token it presents. */
export async function usableApiClient(db: Db, id: string, now = new Date()): Promise<ApiClient | undefined> {
  const row = await usableRow(db, id, now);
  return row && toApiClient(row);
}

function usableRow(db: Db, id: string, now: Date): Promise<ApiClientRow | undefined> {
  return db
    .selectFrom('apiClients')
    .leftJoin('users as owner', 'owner.id', 'apiClients.ownerUserId')
    .selectAll('apiClients')
    .where('apiClients.id', '=', id)
    .where('apiClients.enabled', '=', 1)
    .where((where) =>
      where.or([where('apiClients.expiresAt', 'is', null), where('apiClients.expiresAt', '>', now.toISOString())]),
    )
    .where((where) => where.or([where('apiClients.ownerUserId', 'is', null), where('owner.enabled', '=', 1)]))
    .executeTakeFirst();
}

export async function apiClientById(db: Db, id: string): Promise<ApiClient | undefined> {
  const row = await db.selectFrom('apiClients').selectAll().where('id', '=', id).executeTakeFirst();
  return row && toApiClient(row);
}

/** Oldest first; of one organization, or of all. */
export async function listApiClients(db: Db, input: { organizationId?: number } = {}): Promise<ApiClient[]> {
  const all = db.selectFrom('apiClients').selectAll().orderBy('createdAt').orderBy('id');
  const { organizationId } = input;
  const rows = await (organizationId === undefined ? all : all.where('organizationId', '=', organizationId)).execute();
  return rows.map(toApiClient);
}

/** Its tokens stop working too, until it is enabled again. */
export function disableApiClient(db: Db, input: { id: string; actor: Actor }): Promise<ApiClient> {
  return change(db, input.id, { enabled: 0 }, 'client.disable', input.actor);
}

export function enableApiClient(db: Db, input: { id: string; actor: Actor }): Promise<ApiClient> {
  return change(db, input.id, { enabled: 1 }, 'client.enable', input.actor);
}

/** A new secret. The old one and every token issued for it end here. */
export function resetApiClientSecret(db: Db, input: { id: string; actor: Actor }): Promise<ApiClientWithSecret> {
  const secret = randomHex();
  return inTransaction(db, async (trx) => {
    const secretHash = hashSecret(input.id, secret);
    const client = await change(trx, input.id, { secretHash }, 'client.reset_secret', input.actor);
    await trx
      .updateTable('tokens')
      .set({ revokedAt: new Date().toISOString() })
      .where('clientId', '=', input.id)
      .where('revokedAt', 'is', null)
      .execute();
    return { client, secret };
  });
}

/** Ends a client and every token issued for it, for good; answers what it was. Fails with `not_found`. */
export function deleteApiClient(db: Db, { id, actor }: { id: string; actor: Actor }): Promise<ApiClient> {
  return inTransaction(db, async (trx) => {
    await trx.deleteFrom('tokens').where('clientId', '=', id).execute();
    const row = await trx.deleteFrom('apiClients').where('id', '=', id).returningAll().executeTakeFirst();
    if (row === undefined) throw noClient(id);
    await audit(trx, row, 'client.delete', actor);
    return toApiClient(row);
  });
}

/** Notes that a client, as it has just been read, was used; writes at most once a minute. */
export async function touchApiClient(
  db: Db,
  { id, lastUsedAt }: Pick<ApiClient, 'id' | 'lastUsedAt'>,
  now = new Date(),
): Promise<void> {
  const minuteAgo = new Date(now.getTime() - 60_000).toISOString();
  if (lastUsedAt !== null && lastUsedAt > minuteAgo) return;
  await db.updateTable('apiClients').set({ lastUsedAt: now.toISOString() }).where('id', '=', id).execute();
}

type Changes = Partial<Pick<ApiClientRow, 'secretHash' | 'enabled'>>;

function change(db: Db, id: string, changes: Changes, action: string, actor: Actor): Promise<ApiClient> {
  return inTransaction(db, async (trx) => {
    const row = await trx.updateTable('apiClients').set(changes).where('id', '=', id).returningAll().executeTakeFirst();
    if (row === undefined) throw noClient(id);
    await audit(trx, row, action, actor);
    return toApiClient(row);
  });
}

function noClient(id: string): AppError {
  return new AppError('not_found', { public: `there is no API client ${id}` });
}

function audit(trx: Trx, row: ApiClientRow, action: string, actor: Actor): Promise<void> {
  return appendAudit(trx, {
    actor,
    action,
    objectType: 'client',
    objectId: row.id,
    objectLabel: row.name,
    organizationId: row.organizationId,
    result: 'success',
    detail: { ownerUserId: row.ownerUserId, api: row.api, scopes: scopesOf(row) },
  });
}

function toApiClient({ secretHash: _, ...row }: ApiClientRow): ApiClient {
  return { ...row, scopes: scopesOf(row), enabled: row.enabled === 1 };
}

function scopesOf(row: Pick<ApiClientRow, 'scopes'>): string[] | null {
  return row.scopes === null ? null : JSON.parse(row.scopes);
}
