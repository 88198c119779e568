import { descendantsOf, organizationById } from '../../control/repos/organizations.ts';
import { assetTypesOf, describedUnits, type Member, membersOf } from '../../control/repos/units.ts';
import { listUsers, type User } from '../../control/repos/users.ts';
import type { Organization } from '../../model/organization.ts';
import type { Scope } from '../../model/scope.ts';
import type { Context } from '../context.ts';
import { byOrganization } from '../customers/by-organization.ts';
import { requirePermission } from '../permission.ts';

/** An organization as a place that people and assets belong to. */
export interface Unit extends Organization {
  readonly description: string;
  /** Of the organization above, whether in reach or not; null at the top of the tree. */
  readonly parentUuid: string | null;
  readonly childrenCount: number;
  /** Everything below, uuids by number. */
  readonly descendantUuids: readonly string[];
  /** How many people stand in it or anywhere below, or were given a role there. */
  readonly peopleWithin: number;
  /** Users who stand in this organization. */
  readonly users: readonly User[];
  /** Others who were given a role in it. */
  readonly members: readonly Member[];
  /** Each once. */
  readonly assetTypes: readonly string[];
}

/** The organization of a scope and all below it, by number. */
export async function listUnits(context: Context, scope: Scope): Promise<Unit[]> {
  requirePermission(scope, 'reference:read');
  const { db } = context.control;
  const { id, parentId } = scope.organization;
  const organizations = [scope.organization, ...(await descendantsOf(db, id))].sort((a, b) => a.id - b.id);
  const ids = organizations.map((organization) => organization.id);
  const [descriptions, members, assets, users, above] = [
    await describedUnits(db, ids),
    await membersOf(db, ids),
    byOrganization(await assetTypesOf(db, ids)),
    byOrganization(await listUsers(db)),
    parentId === null ? undefined : await organizationById(db, parentId),
  ];
  const tree = treeOf(organizations);
  const uuids = new Map([...organizations, ...(above ? [above] : [])].map(({ id: number, uuid }) => [number, uuid]));
  const peopleOf = (number: number) => [
    ...(users.get(number) ?? []).map((user) => user.id),
    ...(members.get(number) ?? []).map(({ userId }) => userId),
  ];
  return organizations.map((organization) => ({
    ...organization,
    description: descriptions.get(organization.id) ?? '',
    parentUuid: uuids.get(organization.parentId ?? 0) ?? null,
    childrenCount: (tree.get(organization.id) ?? []).length,
    descendantUuids: below(tree, organization.id).map(({ uuid }) => uuid),
    peopleWithin: new Set([organization, ...below(tree, organization.id)].flatMap((unit) => peopleOf(unit.id))).size,
    users: users.get(organization.id) ?? [],
    members: members.get(organization.id) ?? [],
    assetTypes: (assets.get(organization.id) ?? []).map(({ type }) => type),
  }));
}

type Tree = ReadonlyMap<number, readonly Organization[]>;

/** Direct children by parent. */
function treeOf(organizations: readonly Organization[]): Tree {
  const tree = new Map<number, Organization[]>();
  for (const organization of organizations) {
    const siblings = tree.get(organization.parentId ?? 0);
    if (siblings === undefined) tree.set(organization.parentId ?? 0, [organization]);
    else siblings.push(organization);
  }
  return tree;
}

function below(tree: Tree, id: number): Organization[] {
  return (tree.get(id) ?? []).flatMap((child) => [child, ...below(tree, child.id)]);
}
