import { randomUUID } from 'node:crypto';
import { AppError, badInput } from '../../model/errors.ts';
import type { Organization } from '../../model/organization.ts';
import type { Actor } from '../../model/scope.ts';
import { appendAudit } from '../audit.ts';
import { nextNumber } from '../counters.ts';
import { readableText, slugText } from '../text-rules.ts';
import { type Db, inTransaction, type Trx } from '../transaction.ts';

export interface NewOrganization {
  /** 1 to 63 of a-z, 0-9 and -; unique everywhere. */
  readonly slug: string;
  /** Unique under the parent. */
  readonly name: string;
  /** Absent or null for a root. */
  readonly parentId?: number | null;
  readonly description?: string;
  readonly actor: Actor;
}

/** What an organization is to others; its row says more. */
const COLUMNS = ['id', 'uuid', 'slug', 'name', 'parentId', 'createdAt'] as const;

/** Those that were not deleted: no other is found by any way. */
function organizations(db: Db) {
  return db.selectFrom('organizations').select(COLUMNS).where('archivedAt', 'is', null);
}

/** Numbers ascend from 1000001. Fails with `bad_request`, `conflict`, or `not_found` for the parent. */
export async function createOrganization(db: Db, input: NewOrganization): Promise<Organization> {
  const slug = slugText('slug', input.slug);
  const name = readableText('name', input.name);
  const description = input.description ?? '';
  const parentId = input.parentId ?? null;
  return inTransaction(db, async (trx) => {
    if (parentId !== null) await requireOrganization(trx, parentId);
    const id = await nextNumber(trx, 'organization');
    const createdAt = new Date().toISOString();
    const created = await trx
      .insertInto('organizations')
      .values({ id, uuid: randomUUID(), slug, name, description, parentId, createdAt })
      .onConflict((conflict) => conflict.doNothing())
      .returning(COLUMNS)
      .executeTakeFirst();
    if (created === undefined) throw await duplicate(trx, slug, name);
    await appendAudit(trx, {
      actor: input.actor,
      action: 'organization.create',
      objectType: 'organization',
      objectId: String(id),
      objectLabel: name,
      organizationId: id,
      result: 'success',
      detail: { slug, parentId },
    });
    return created;
  });
}

async function duplicate(trx: Trx, slug: string, name: string): Promise<AppError> {
  if ((await organizationBySlug(trx, slug)) !== undefined) {
    return new AppError('conflict', { public: `an organization with the slug ${slug} exists already` });
  }
  return nameTaken(name);
}

function nameTaken(name: string): AppError {
  return new AppError('conflict', { public: `an organization named ${name} exists already under this parent` });
}

export function organizationById(db: Db, id: number): Promise<Organization | undefined> {
  return organizations(db).where('id', '=', id).executeTakeFirst();
}

export function organizationByUuid(db: Db, uuid: string): Promise<Organization | undefined> {
  return organizations(db).where('uuid', '=', uuid.toLowerCase()).executeTakeFirst();
}

export function organizationBySlug(db: Db, slug: string): Promise<Organization | undefined> {
  return organizations(db).where('slug', '=', slug).executeTakeFirst();
}

/** Fails with `not_found`. */
export async function requireOrganization(db: Db, id: number): Promise<Organization> {
  const organization = await organizationById(db, id);
  if (organization === undefined) throw new AppError('not_found', { public: `there is no organization ${id}` });
  return organization;
}

/** The whole forest: every parent before its children, siblings by number. */
export async function listOrganizations(db: Db): Promise<Organization[]> {
  const rows = await organizations(db).orderBy('id').execute();
  const byParent = new Map<number | null, Organization[]>();
  for (const row of rows) {
    const siblings = byParent.get(row.parentId);
    if (siblings === undefined) byParent.set(row.parentId, [row]);
    else siblings.push(row);
  }
  const below = (id: number | null): Organization[] =>
    (byParent.get(id) ?? []).flatMap((child) => [child, ...below(child.id)]);
  return below(null);
}

/** Direct children, by number. */
export function childrenOf(db: Db, id: number): Promise<Organization[]> {
  return organizations(db).where('parentId', '=', id).orderBy('id').execute();
}

/** Numbers of everything below an organization, ascending, without itself. */
export async function descendantIds(db: Db, id: number): Promise<number[]> {
  const rows = await db
    .withRecursive('below', (cte) =>
      cte
        .selectFrom('organizations')
        .select('id')
        .where('parentId', '=', id)
        .where('archivedAt', 'is', null)
        .union((union) =>
          union
            .selectFrom('organizations as child')
            .innerJoin('below', 'below.id', 'child.parentId')
            .select('child.id')
            .where('child.archivedAt', 'is', null),
        ),
    )
    .selectFrom('below')
    .select('id')
    .orderBy('id')
    .execute();
  return rows.map((row) => row.id);
}

/** Everything below an organization by number, without itself. */
export async function descendantsOf(db: Db, id: number): Promise<Organization[]> {
  const below = new Set(await descendantIds(db, id));
  const all = below.size === 0 ? [] : await organizations(db).orderBy('id').execute();
  return all.filter((organization) => below.has(organization.id));
}

/** Whether an organization is `rootId` or stands anywhere below it. */
export async function isWithin(db: Db, input: { organizationId: number; rootId: number }): Promise<boolean> {
  const found = await idsUpwards(db, input.organizationId).where('id', '=', input.rootId).executeTakeFirst();
  return found !== undefined;
}

/** An organization's number and those of the organizations above it; none where there is no such organization. */
export async function organizationIdsUpwards(db: Db, id: number): Promise<number[]> {
  const rows = await idsUpwards(db, id).execute();
  return rows.map((row) => row.id);
}

function idsUpwards(db: Db, id: number) {
  return db
    .withRecursive('above', (cte) =>
      cte
        .selectFrom('organizations')
        .select(['id', 'parentId'])
        .where('id', '=', id)
        .where('archivedAt', 'is', null)
        .union((union) =>
          union
            .selectFrom('organizations as parent')
            .innerJoin('above', 'above.parentId', 'parent.id')
            .select(['parent.id', 'parent.parentId']),
        ),
    )
    .selectFrom('above')
    .select('id');
}

export interface OrganizationMove {
  readonly id: number;
  /** Null makes it a root. */
  readonly parentId: number | null;
  readonly actor: Actor;
}

/** Hangs an organization, with all that is below it, under another parent. */
export function moveOrganization(db: Db, input: OrganizationMove): Promise<Organization> {
  const { id, parentId } = input;
  return inTransaction(db, async (trx) => {
    const before = await requireOrganization(trx, id);
    if (parentId !== null) {
      const { slug } = await requireOrganization(trx, parentId);
      if (await isWithin(trx, { organizationId: parentId, rootId: id })) {
        throw badInput('parent', slug, 'an organization cannot be moved under itself');
      }
    }
    await requireFreeName(trx, before, parentId);
    await trx.updateTable('organizations').set({ parentId }).where('id', '=', id).execute();
    await appendAudit(trx, {
      actor: input.actor,
      action: 'organization.move',
      objectType: 'organization',
      objectId: String(id),
      objectLabel: before.name,
      organizationId: id,
      result: 'success',
      detail: { from: before.parentId, to: parentId },
    });
    return { ...before, parentId };
  });
}

/** That no other organization under this parent has the name. Fails with `conflict`. */
export async function requireFreeName(
  trx: Trx,
  { id, name }: Pick<Organization, 'id' | 'name'>,
  parentId: number | null,
): Promise<void> {
  const sibling = await trx
    .selectFrom('organizations')
    .select('id')
    .where('parentId', parentId === null ? 'is' : '=', parentId)
    .where('name', '=', name)
    .where('archivedAt', 'is', null)
    .where('id', '!=', id)
    .executeTakeFirst();
  if (sibling !== undefined) throw nameTaken(name);
}
