import type { Organization } from '../../model/organization.ts';
import type { Actor } from '../../model/scope.ts';
import { appendAudit } from '../audit.ts';
import type { OrganizationAssetRow } from '../tables.ts';
import { readableText } from '../text-rules.ts';
import { type Db, inTransaction, type Trx } from '../transaction.ts';
import { requireFreeName, requireOrganization } from './organizations.ts';
import { requireUser } from './users.ts';

/** Somebody who was given a role in an organization, besides the users who stand there. */
export interface Member {
  readonly userId: string;
  /** In the words of whoever gave it. */
  readonly role: string;
}

/** Something of the customer's that was put under an organization. */
export type Asset = Omit<OrganizationAssetRow, 'organizationId'>;

export type AssetKey = Pick<Asset, 'type' | 'id'>;

export interface UnitChange {
  readonly name?: string;
  readonly description?: string;
  readonly addMembers?: readonly Member[];
  readonly removeMembers?: readonly string[];
  readonly addAssets?: readonly Asset[];
  readonly removeAssets?: readonly AssetKey[];
}

/** What organizations say of themselves, by number. */
export async function describedUnits(db: Db, ids: readonly number[]): Promise<Map<number, string>> {
  const rows = await db.selectFrom('organizations').select(['id', 'description']).where('id', 'in', ids).execute();
  return new Map(rows.map(({ id, description }) => [id, description]));
}

/** Members of organizations by the number of each, in the order in which they were added. */
export async function membersOf(db: Db, ids: readonly number[]): Promise<Map<number, Member[]>> {
  const rows = await db
    .selectFrom('organizationMembers')
    .select(['organizationId', 'userId', 'role'])
    .where('organizationId', 'in', ids)
    .orderBy('addedAt')
    .orderBy('userId')
    .execute();
  const members = new Map<number, Member[]>();
  for (const { organizationId, ...member } of rows) {
    members.set(organizationId, [...(members.get(organizationId) ?? []), member]);
  }
  return members;
}

/** Types of the assets of organizations, each once. */
export function assetTypesOf(
  db: Db,
  ids: readonly number[],
): Promise<Pick<OrganizationAssetRow, 'organizationId' | 'type'>[]> {
  return db
    .selectFrom('organizationAssets')
    .select(['organizationId', 'type'])
    .distinct()
    .where('organizationId', 'in', ids)
    .orderBy('type')
    .execute();
}

/**
 * Changes an organization's name, description, members and assets; what is added twice or removed without being there changes
 * nothing. Fails with `bad_request`, `conflict` over the name, or `not_found` for the organization or a user.
 */
export function changeUnit(db: Db, input: { id: number; change: UnitChange; actor: Actor }): Promise<Organization> {
  const { id, change, actor } = input;
  return inTransaction(db, async (trx) => {
    const before = await requireOrganization(trx, id);
    const name = change.name === undefined ? before.name : readableText('name', change.name);
    if (name !== before.name) await requireFreeName(trx, { id, name }, before.parentId);
    const { description } = change;
    await trx
      .updateTable('organizations')
      .set({ name, ...(description !== undefined && { description }) })
      .where('id', '=', id)
      .execute();
    await changeMembers(trx, id, change);
    await changeAssets(trx, id, change);
    await appendAudit(trx, {
      actor,
      action: 'organization.update',
      objectType: 'organization',
      objectId: String(id),
      objectLabel: name,
      organizationId: id,
      result: 'success',
      detail: { ...change },
    });
    return { ...before, name };
  });
}

async function changeMembers(trx: Trx, organizationId: number, change: UnitChange): Promise<void> {
  for (const userId of change.removeMembers ?? []) {
    await trx
      .deleteFrom('organizationMembers')
      .where('organizationId', '=', organizationId)
      .where('userId', '=', userId)
      .execute();
  }
  const addedAt = new Date().toISOString();
  for (const { userId, role } of change.addMembers ?? []) {
    await requireUser(trx, userId);
    await trx
      .insertInto('organizationMembers')
      .values({ organizationId, userId, role, addedAt })
      .onConflict((conflict) => conflict.columns(['organizationId', 'userId']).doUpdateSet({ role }))
      .execute();
  }
}

async function changeAssets(trx: Trx, organizationId: number, change: UnitChange): Promise<void> {
  for (const { type, id } of change.removeAssets ?? []) {
    await trx
      .deleteFrom('organizationAssets')
      .where('organizationId', '=', organizationId)
      .where('type', '=', type)
      .where('id', '=', id)
      .execute();
  }
  for (const asset of change.addAssets ?? []) {
    await trx
      .insertInto('organizationAssets')
      .values({ organizationId, ...asset })
      .onConflict((conflict) => conflict.doNothing())
      .execute();
  }
}

/** A slug that nobody has, made of a name: `acme`, or `acme-2` where that is taken. */
export async function freeSlug(trx: Trx, name: string): Promise<string> {
  const plain = name
    .normalize('NFKD')
    .toLowerCase()
    .replaceAll(/\p{Mark}/gu, '');
  const words = plain.replaceAll(/[^a-z0-9]+/g, '-').slice(0, 50);
  const stem = words.replaceAll(/^-+|-+$/g, '') || 'unit';
  const rows = await trx
    .selectFrom('organizations')
    .select('slug')
    .where((where) => where.or([where('slug', '=', stem), where('slug', 'like', `${stem}-%`)]))
    .execute();
  const taken = new Set(rows.map(({ slug }) => slug));
  for (let number = 1; ; number += 1) {
    const slug = number === 1 ? stem : `${stem}-${number}`;
    if (!taken.has(slug)) return slug;
  }
}
