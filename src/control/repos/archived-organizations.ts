import { AppError } from '../../model/errors.ts';
import type { Organization } from '../../model/organization.ts';
import type { Actor } from '../../model/scope.ts';
import { appendAudit } from '../audit.ts';
import { type Db, inTransaction, type Trx } from '../transaction.ts';
import { childrenOf, requireOrganization } from './organizations.ts';

/** An organization and all that stands below it or stood there until it was deleted, by number. */
export function organizationsEverWithin(db: Db, rootId: number): Promise<Organization[]> {
  return db
    .withRecursive('within', (cte) =>
      cte
        .selectFrom('organizations')
        .select(['id', 'uuid', 'slug', 'name', 'parentId', 'createdAt'])
        .where('id', '=', rootId)
        .union((union) =>
          union
            .selectFrom('organizations as child')
            .innerJoin('within', 'within.id', 'child.parentId')
            .select(['child.id', 'child.uuid', 'child.slug', 'child.name', 'child.parentId', 'child.createdAt']),
        ),
    )
    .selectFrom('within')
    .selectAll()
    .orderBy('id')
    .execute();
}

/**
 * Deletes an organization that has none below it. From here on nothing finds it; its users and clients end with it, and what
 * they were called is free again. Its events stay where they are until they are old enough to be forgotten.
 *
 * Fails with `not_found`, and with `precondition_failed` while there are organizations below it.
 */
export function archiveOrganization(db: Db, { id, actor }: { id: number; actor: Actor }): Promise<Organization> {
  return inTransaction(db, async (trx) => {
    const organization = await requireOrganization(trx, id);
    const [child] = await childrenOf(trx, id);
    if (child !== undefined) {
      throw new AppError('precondition_failed', { public: `${organization.name} still has ${child.name} below it` });
    }
    const archivedAt = new Date().toISOString();
    // No slug that anybody can choose has a tilde.
    const slug = `${organization.slug}~${id}`;
    await trx.updateTable('organizations').set({ archivedAt, slug }).where('id', '=', id).execute();
    await endCredentials(trx, id);
    await appendAudit(trx, {
      actor,
      action: 'organization.delete',
      objectType: 'organization',
      objectId: String(id),
      objectLabel: organization.name,
      organizationId: id,
      result: 'success',
      detail: { slug: organization.slug, parentId: organization.parentId },
    });
    return organization;
  });
}

async function endCredentials(trx: Trx, organizationId: number): Promise<void> {
  const clients = trx.selectFrom('apiClients').select('id').where('organizationId', '=', organizationId);
  await trx
    .deleteFrom('tokens')
    .where((where) => where.or([where('clientId', 'in', clients), where('organizationId', '=', organizationId)]))
    .execute();
  await trx.updateTable('apiClients').set({ enabled: 0 }).where('organizationId', '=', organizationId).execute();
  await trx.deleteFrom('organizationMembers').where('organizationId', '=', organizationId).execute();
  const users = await trx.selectFrom('users').select('id').where('organizationId', '=', organizationId).execute();
  for (const user of users) {
    const email = `${user.id}@deleted.invalid`;
    await trx.updateTable('users').set({ enabled: 0, email }).where('id', '=', user.id).execute();
    await trx.deleteFrom('organizationMembers').where('userId', '=', user.id).execute();
  }
}
