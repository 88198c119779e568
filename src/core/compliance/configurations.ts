import {
  type ConfigurationsQuestion,
  configurationById,
  createConfiguration as create,
  listConfigurations as list,
  deleteConfiguration as remove,
  replaceConfiguration as replace,
} from '../../control/repos/compliance-configurations.ts';
import { deleteRun, latestRuns, runsOf } from '../../control/repos/compliance-runs.ts';
import type { Place } from '../../control/repos/place.ts';
import { inTransaction } from '../../control/transaction.ts';
import { type ComplianceConfiguration, type ComplianceRun, DEFAULT_SCHEDULE } from '../../model/compliance.ts';
import { AppError } from '../../model/errors.ts';
import type { Organization } from '../../model/organization.ts';
import type { Scope } from '../../model/scope.ts';
import { reachOf } from '../alarms/reach-of.ts';
import type { Context } from '../context.ts';
import { requirePermission } from '../permission.ts';
import type { ReportShelf } from '../reports/report-work.ts';
import { checkParameter } from './check-parameter.ts';
import { nextRunAt } from './next-run.ts';
import { removeRunFiles } from './run-files.ts';

/** What somebody decides about a configuration. */
export type ConfigurationDraft = Pick<
  ComplianceConfiguration,
  'name' | 'description' | 'schedule' | 'notification' | 'parameter' | 'namedOrganizationIds'
>;

/** A configuration and the last run there is of it. */
export interface ListedConfiguration {
  readonly configuration: ComplianceConfiguration;
  readonly latestRun: ComplianceRun | null;
}

/**
 * Makes a configuration about the scope's organization and all below it. Fails with `bad_request`. Permission
 * `reports:write`.
 *
 * @param root the organization that the credential belongs to
 */
export async function createConfiguration(
  context: Context,
  { scope, root }: { readonly scope: Scope; readonly root: Organization },
  draft: ConfigurationDraft,
): Promise<ListedConfiguration> {
  requirePermission(scope, 'reports:write');
  const { organization, actor } = scope;
  const about = { organizationId: organization.id, rootId: root.id, actor, settings: settingsOf(context, draft) };
  const configuration = await create(context.control.db, about, new Date(context.now()));
  return { configuration, latestRun: null };
}

/** Puts a draft in the place of what there was. Fails with `bad_request` or `not_found`. Permission `reports:write`. */
export async function updateConfiguration(
  context: Context,
  scope: Scope,
  { id, draft }: { readonly id: string; readonly draft: ConfigurationDraft },
): Promise<ListedConfiguration> {
  requirePermission(scope, 'reports:write');
  const { latestRun } = await readConfiguration(context, scope, id);
  const change = { id, actor: scope.actor, settings: settingsOf(context, draft) };
  const configuration = await replace(context.control.db, change);
  if (configuration === undefined) throw noConfiguration();
  return { configuration, latestRun };
}

function settingsOf(context: Context, draft: ConfigurationDraft) {
  const now = new Date(context.now());
  checkParameter(draft.parameter, now.getTime());
  return { ...draft, nextRunAt: nextRunAt(draft.schedule ?? DEFAULT_SCHEDULE, now).toISOString() };
}

/** Fails with `not_found`, also for one that is out of reach. Permission `reports:read`. */
export async function readConfiguration(context: Context, scope: Scope, id: string): Promise<ListedConfiguration> {
  requirePermission(scope, 'reports:read');
  const { db } = context.control;
  const configuration = await configurationById(db, id);
  const reach = await reachOf(db, scope.organization.id);
  if (configuration === undefined || !reach.includes(configuration.organizationId)) throw noConfiguration();
  return { configuration, latestRun: (await latestRuns(db, [id])).get(id) ?? null };
}

/** Part of a list, and from where it goes on; null at its end. */
export interface Listed<Item> {
  readonly items: readonly Item[];
  readonly next: Place | null;
}

/** Those of the scope's organization and of all below it, newest first. Permission `reports:read`. */
export async function listConfigurations(
  context: Context,
  scope: Scope,
  question: Omit<ConfigurationsQuestion, 'organizationIds'>,
): Promise<Listed<ListedConfiguration>> {
  requirePermission(scope, 'reports:read');
  const { db } = context.control;
  const organizationIds = await reachOf(db, scope.organization.id);
  const { items, next } = cut(await list(db, { ...question, organizationIds, limit: question.limit + 1 }), question);
  const latest = await latestRuns(
    db,
    items.map(({ id }) => id),
  );
  return {
    items: items.map((configuration) => ({ configuration, latestRun: latest.get(configuration.id) ?? null })),
    next,
  };
}

/** A page of what was asked for with one item more. */
export function cut<Item extends Place>(items: readonly Item[], { limit }: { readonly limit: number }): Listed<Item> {
  const last = items.length > limit ? items[limit - 1] : undefined;
  return { items: items.slice(0, limit), next: last === undefined ? null : { createdAt: last.createdAt, id: last.id } };
}

/** Deletes a configuration with its runs and their files. Fails with `not_found`. Permission `reports:write`. */
export async function deleteConfiguration(
  context: Context,
  scope: Scope,
  { id, shelf }: { readonly id: string; readonly shelf: Pick<ReportShelf, 'folder'> },
): Promise<void> {
  requirePermission(scope, 'reports:write');
  const { configuration } = await readConfiguration(context, scope, id);
  const runs = await inTransaction(context.control.db, async (trx) => {
    const there = await runsOf(trx, id);
    for (const run of there) await deleteRun(trx, run, { actor: scope.actor, now: new Date(context.now()) });
    await remove(trx, configuration, scope.actor);
    return there;
  });
  await removeRunFiles(shelf, runs);
}

function noConfiguration(): AppError {
  return new AppError('not_found', { public: 'there is no such compliance report configuration' });
}
