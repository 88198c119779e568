import type { z } from 'zod';
import type { Unit } from '../../../core/orgs/units.ts';
import type { Task } from '../../../model/task.ts';
import { etagOf } from '../etag.ts';
import { type Links, link } from '../links.ts';
import { roleOf } from '../roles.ts';
import type { organizationalUnit } from '../schemas.ts';
import { GLOBAL_UNIT, unitName } from '../units.ts';
import { readTaskLink, toTask } from './task.ts';

/** How a unit is shown. */
export interface UnitView {
  /** Number of the unit the token belongs to. */
  readonly rootId: number;
  /** Lists leave users out: Terraform cannot read several units that have some. */
  readonly isListed?: boolean;
  /** In version 1, users are ids. */
  readonly version: number;
  /** Whether the token may change units. */
  readonly mayChange: boolean;
  /** What the request made of it, and whether that is to be embedded. */
  readonly task?: Task | null;
  readonly embedsTask?: boolean;
}

/** Section 4.2. */
export function toUnit(unit: Unit, view: UnitView): z.input<typeof organizationalUnit> {
  const { task = null } = view;
  const { id, name } = unitName(unit, view.rootId);
  const isRoot = unit.id === view.rootId;
  const body = {
    id,
    name,
    // The global unit has the vendor's name; what people call it stands here.
    description: isRoot && unit.description === '' ? unit.name : unit.description,
    parent_id: isRoot ? null : parentId(unit, view.rootId),
    children_count: unit.childrenCount,
    descendant_ids: [...unit.descendantUuids],
    configured_datasource_types: datasourcesOf(unit),
    task_id: task?.id ?? null,
    user_count: unit.peopleWithin,
    users: usersIn(unit, view),
  };
  return {
    _embedded: embeddedTask(task, id, view.embedsTask),
    _etag: etagOf(body),
    _links: unitLinks(id, { view, isRoot, isLeaf: unit.childrenCount === 0 }),
    ...body,
  };
}

/** What `embed=read-task` adds to an answer. */
export function embeddedTask(task: Task | null, unitId: string, wanted: boolean | undefined) {
  return wanted && task !== null ? { 'read-task': toTask(task, unitId) } : null;
}

function parentId(unit: Unit, rootId: number): string | null {
  return unit.parentId === rootId ? GLOBAL_UNIT.id : unit.parentUuid;
}

function unitLinks(
  id: string,
  { view, isRoot, isLeaf }: { readonly view: UnitView; readonly isRoot: boolean; readonly isLeaf: boolean },
): Links {
  const href = `/organizational-units/${id}`;
  const mayChange = view.mayChange && !isRoot;
  return {
    _self: link(href),
    ...(mayChange && { 'patch-organizational-unit': link(href, 'patch') }),
    ...(mayChange && isLeaf && { 'delete-organizational-unit': link(href, 'delete') }),
    ...(view.task && readTaskLink(view.task.id)),
  };
}

function usersIn(unit: Unit, { isListed, version }: UnitView) {
  if (isListed) return null;
  const users = usersOf(unit);
  return version === 1 ? users.map(({ user_id }) => user_id) : users;
}

/** Those who stand in the unit, then those who were given a role in it. */
function usersOf(unit: Unit) {
  const own = unit.users.map((user) => ({ user_id: user.id, assigned_role: roleOf(user) as string }));
  const given = unit.members.map(({ userId, role }) => ({ user_id: userId, assigned_role: role }));
  const others = given.filter(({ user_id }) => !own.some((user) => user.user_id === user_id));
  return [...own, ...others];
}

const DATASOURCES = ['aws', 'microsoft365', 'vmware', 'mssql'];

function datasourcesOf({ assetTypes }: Unit): string[] {
  return DATASOURCES.filter((source) => assetTypes.some((type) => type.startsWith(source)));
}
