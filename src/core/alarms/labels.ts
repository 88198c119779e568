import * as repo from '../../control/repos/labels.ts';
import { organizationIdsUpwards } from '../../control/repos/organizations.ts';
import type { AlarmLabel } from '../../model/alarm.ts';
import type { Scope } from '../../model/scope.ts';
import type { Context } from '../context.ts';
import { requirePermission } from '../permission.ts';
import { idText } from './read-alarm.ts';

// Labels are defined in an organization and apply to its alarms and those of everything below it. Only the organization
// that defines one changes it (usm.md, section 3.4).

/** Labels that apply in the scope's organization, those defined above it included; by name. Permission `alarms:read`. */
export async function listLabels({ control }: Context, scope: Scope): Promise<AlarmLabel[]> {
  requirePermission(scope, 'alarms:read');
  return repo.listLabels(control.db, await organizationIdsUpwards(control.db, scope.organization.id));
}

/** Fails with `bad_request` or `conflict`. Permission `alarms:write`, as for the two below. */
export async function createLabel({ control }: Context, scope: Scope, input: { name: string }): Promise<AlarmLabel> {
  requirePermission(scope, 'alarms:write');
  return repo.createLabel(control.db, { ...input, organizationId: scope.organization.id, actor: scope.actor });
}

/** Fails with `bad_request`, `conflict` or `not_found`. */
export async function renameLabel(
  { control }: Context,
  scope: Scope,
  { id, name }: { readonly id: string; readonly name: string },
): Promise<AlarmLabel> {
  requirePermission(scope, 'alarms:write');
  return repo.renameLabel(control.db, { name, ...ownLabel(scope, id) });
}

/** Takes it off alarms as well; answers what it was. Fails with `not_found`. */
export async function deleteLabel(context: Context, scope: Scope, id: string): Promise<AlarmLabel> {
  requirePermission(scope, 'alarms:write');
  return repo.deleteLabel(context.control.db, { ...ownLabel(scope, id), nowMs: context.now() });
}

function ownLabel({ organization, actor }: Scope, id: string): repo.OwnLabel {
  return { id: idText(id), organizationId: organization.id, actor };
}
