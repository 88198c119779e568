import { archiveOrganization } from '../../control/repos/archived-organizations.ts';
import { createOrganization, isWithin } from '../../control/repos/organizations.ts';
import { type NewTask, recordDoneTask } from '../../control/repos/tasks.ts';
import { changeUnit, freeSlug, type UnitChange } from '../../control/repos/units.ts';
import { userById } from '../../control/repos/users.ts';
import { inTransaction, type Trx } from '../../control/transaction.ts';
import { AppError } from '../../model/errors.ts';
import type { Organization } from '../../model/organization.ts';
import type { Scope } from '../../model/scope.ts';
import type { Task } from '../../model/task.ts';
import type { Context } from '../context.ts';
import { requirePermission } from '../permission.ts';
import { tryEnterOrganization } from './enter-organization.ts';
import type { Unit } from './units.ts';

export type { Asset, AssetKey, Member, UnitChange } from '../../control/repos/units.ts';

/** Who changes units: in what scope, and whose users they may name, those below included. */
export interface UnitEditor {
  readonly scope: Scope;
  readonly root: Organization;
}

export interface NewUnit extends Pick<UnitChange, 'description' | 'addMembers' | 'addAssets'> {
  readonly name: string;
  readonly parent: Pick<Unit, 'id'>;
}

/** What became of a change; the task that did it, where it moved assets. */
export interface ChangedUnit {
  readonly organization: Organization;
  readonly task: Task | null;
}

/** Makes an organization below one in reach; its slug comes of its name. Fails with `bad_request`, `conflict` or `not_found`. */
export async function createUnit(
  context: Context,
  editor: UnitEditor,
  { name, parent, ...unit }: NewUnit,
): Promise<ChangedUnit> {
  const { actor } = await enter(context, editor.scope, parent);
  await requireKnownUsers(context, editor, unit);
  return inTransaction(context.control.db, async (trx) => {
    const slug = await freeSlug(trx, name);
    const description = unit.description ?? '';
    const organization = await createOrganization(trx, { slug, name, description, parentId: parent.id, actor });
    const hasMore = movesAssets(unit) || (unit.addMembers ?? []).length > 0;
    if (hasMore) await changeUnit(trx, { id: organization.id, change: unit, actor });
    return {
      organization,
      task: await taskOf(context, trx, unit, { organization, type: 'organizational_unit_create' }),
    };
  });
}

/** Fails with `bad_request`, `conflict` over the name, or `not_found`. */
export async function updateUnit(
  context: Context,
  editor: UnitEditor,
  { unit, change }: { readonly unit: Pick<Unit, 'id'>; readonly change: UnitChange },
): Promise<ChangedUnit> {
  const { actor } = await enter(context, editor.scope, unit);
  await requireKnownUsers(context, editor, change);
  return inTransaction(context.control.db, async (trx) => {
    const organization = await changeUnit(trx, { id: unit.id, change, actor });
    return {
      organization,
      task: await taskOf(context, trx, change, { organization, type: 'organizational_unit_update' }),
    };
  });
}

/**
 * Deletes an organization that has none below it, as `archiveOrganization` tells; the task belongs to the one above, since it
 * outlives the deleted one. Fails with `not_found` or `precondition_failed`.
 */
export async function deleteUnit(context: Context, scope: Scope, unit: Pick<Unit, 'id' | 'parentId'>): Promise<Task> {
  const { actor } = await enter(context, scope, unit);
  return inTransaction(context.control.db, async (trx) => {
    const organization = await archiveOrganization(trx, { id: unit.id, actor });
    const organizationId = unit.parentId ?? unit.id;
    return recordDoneTask(
      trx,
      { ...taskAbout(organization, 'organizational_unit_delete'), organizationId },
      new Date(context.now()),
    );
  });
}

async function enter(context: Context, scope: Scope, { id }: Pick<Unit, 'id'>): Promise<Scope> {
  requirePermission(scope, 'administer');
  const { actor, permissions, organization: root } = scope;
  const entered = await tryEnterOrganization(context, { actor, permissions, root }, id);
  if (entered === undefined) throw new AppError('not_found', { public: 'there is no such organizational unit' });
  return entered;
}

async function requireKnownUsers(
  context: Context,
  { root }: UnitEditor,
  { addMembers = [] }: UnitChange,
): Promise<void> {
  const { db } = context.control;
  for (const { userId } of addMembers) {
    const user = await userById(db, userId);
    if (user !== undefined && (await isWithin(db, { organizationId: user.organizationId, rootId: root.id }))) continue;
    throw new AppError('not_found', { public: `there is no user ${userId.slice(0, 64)}` });
  }
}

function movesAssets({ addAssets = [], removeAssets = [] }: UnitChange): boolean {
  return addAssets.length + removeAssets.length > 0;
}

async function taskOf(
  context: Context,
  trx: Trx,
  change: UnitChange,
  { organization, type }: { readonly organization: Organization; readonly type: string },
): Promise<Task | null> {
  if (!movesAssets(change)) return null;
  return recordDoneTask(trx, taskAbout(organization, type), new Date(context.now()));
}

function taskAbout(organization: Organization, type: string): NewTask {
  const { id, uuid, name } = organization;
  const primaryEntity = { id: uuid, type: 'organizational_unit', value: name };
  return { type, category: 'management', organizationId: id, primaryEntity };
}
