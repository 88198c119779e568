import { sql } from 'kysely';
import type { Actor } from '../../model/scope.ts';
import { appendAudit } from '../audit.ts';
import { type Db, inTransaction, type Trx } from '../transaction.ts';
import { requireOrganization } from './organizations.ts';

/** A value that an organization was given, any JSON. What it must look like is its reader's to check. */
export interface OrganizationSetting {
  readonly organizationId: number;
  readonly name: string;
  readonly value: unknown;
}

/** What was set for an organization and for those above it, the nearest first. */
export async function settingsUpwardsOf(db: Db, organizationId: number): Promise<OrganizationSetting[]> {
  const rows = await db
    .withRecursive('above', (cte) =>
      cte
        .selectFrom('organizations')
        .select(['id', 'parentId', sql<number>`0`.as('steps')])
        .where('id', '=', organizationId)
        .unionAll((union) =>
          union
            .selectFrom('organizations as parent')
            .innerJoin('above', 'above.parentId', 'parent.id')
            .select(['parent.id', 'parent.parentId', sql<number>`above.steps + 1`.as('steps')]),
        ),
    )
    .selectFrom('above')
    .innerJoin('organizationSettings as setting', 'setting.organizationId', 'above.id')
    .select(['setting.organizationId', 'setting.name', 'setting.value'])
    .orderBy('above.steps')
    .orderBy('setting.name')
    .execute();
  return rows.map((row) => ({ ...row, value: JSON.parse(row.value) }));
}

export interface OrganizationSettingChange {
  readonly organizationId: number;
  readonly name: string;
  readonly actor: Actor;
}

/** Sets one setting of one organization. Values are written to the audit trail: no secrets here. Fails with `not_found`. */
export function putOrganizationSetting(db: Db, input: OrganizationSettingChange & { value: unknown }): Promise<void> {
  const { organizationId, name } = input;
  const value = JSON.stringify(input.value);
  return inTransaction(db, async (trx) => {
    const before = await ownValue(trx, input);
    await trx
      .insertInto('organizationSettings')
      .values({ organizationId, name, value })
      .onConflict((conflict) => conflict.columns(['organizationId', 'name']).doUpdateSet({ value }))
      .execute();
    await record(trx, 'organization.put_setting', input, { from: before ?? null, to: input.value });
  });
}

/** Takes a setting back; none is as good. Fails with `not_found` for the organization. */
export function removeOrganizationSetting(db: Db, input: OrganizationSettingChange): Promise<void> {
  const { organizationId, name } = input;
  return inTransaction(db, async (trx) => {
    const before = await ownValue(trx, input);
    if (before === undefined) return;
    await trx
      .deleteFrom('organizationSettings')
      .where('organizationId', '=', organizationId)
      .where('name', '=', name)
      .execute();
    await record(trx, 'organization.remove_setting', input, { from: before, to: null });
  });
}

async function ownValue(trx: Trx, { organizationId, name }: OrganizationSettingChange): Promise<unknown> {
  await requireOrganization(trx, organizationId);
  const row = await trx
    .selectFrom('organizationSettings')
    .select('value')
    .where('organizationId', '=', organizationId)
    .where('name', '=', name)
    .executeTakeFirst();
  return row && JSON.parse(row.value);
}

async function record(
  trx: Trx,
  action: string,
  { organizationId, name, actor }: OrganizationSettingChange,
  detail: { readonly from: unknown; readonly to: unknown },
): Promise<void> {
  await appendAudit(trx, {
    actor,
    action,
    objectType: 'organization_setting',
    objectId: `${organizationId}/${name}`,
    objectLabel: name,
    organizationId,
    result: 'success',
    detail,
  });
}
