import { beginAlarmChange } from '../../control/repos/alarm-versions.ts';
import { suppressRecentAlarms } from '../../control/repos/suppressed-alarms.ts';
import * as repo from '../../control/repos/suppression-rules.ts';
import { inTransaction, type Trx } from '../../control/transaction.ts';
import { DAY_MS } from '../../kit/durations.ts';
import type { SuppressionMatch, SuppressionRule } from '../../model/alarm.ts';
import type { Scope } from '../../model/scope.ts';
import type { Context } from '../context.ts';
import { requirePermission } from '../permission.ts';
import { reachOf } from './reach-of.ts';
import { idText } from './read-alarm.ts';

/** Alarms of the past that a rule hides (usm.md, section 5.5). */
const MOST_AT_ONCE = 10_000;

/** A rule, and how many alarms of the last 24 hours it has just hidden. */
export interface AppliedRule {
  readonly rule: SuppressionRule;
  readonly suppressed: number;
}

/**
 * Hides alarms of the scope's organization and of all below it. Those of the last 24 hours, the latest 10,000, are hidden
 * at once and stay open; later ones arrive hidden and closed (usm.md, section 5.5).
 *
 * Fails with `bad_request`. Permission `alarms:write`, as for the other changes below.
 */
export async function createSuppressionRule(
  context: Context,
  scope: Scope,
  { name, match }: { readonly name: string; readonly match: SuppressionMatch },
): Promise<AppliedRule> {
  const { id: organizationId } = scope.organization;
  return changeRules(context, scope, async (trx, change) => {
    const rule = await repo.createSuppressionRule(trx, { organizationId, name, match, actor: scope.actor });
    return { rule, suppressed: await applyNow(trx, context, scope, { rule, change }) };
  });
}

/** As if it had just been made. Fails with `not_found`, as do the two below. */
export async function enableSuppressionRule(context: Context, scope: Scope, id: string): Promise<AppliedRule> {
  return changeRules(context, scope, async (trx, change) => {
    const { rule, isNew } = await repo.setSuppressionRuleEnabled(trx, { ...ownRule(scope, id), enabled: true });
    return { rule, suppressed: isNew ? await applyNow(trx, context, scope, { rule, change }) : 0 };
  });
}

/** Lets alarms come as they are from now on. What is hidden stays hidden. */
export async function disableSuppressionRule(context: Context, scope: Scope, id: string): Promise<SuppressionRule> {
  return changeRules(context, scope, async (trx) => {
    const { rule } = await repo.setSuppressionRuleEnabled(trx, { ...ownRule(scope, id), enabled: false });
    return rule;
  });
}

/** The same for good; answers what it was. */
export async function deleteSuppressionRule(context: Context, scope: Scope, id: string): Promise<SuppressionRule> {
  return changeRules(context, scope, (trx) => repo.deleteSuppressionRule(trx, ownRule(scope, id)));
}

/** Rules made in the scope's organization itself, oldest first. Permission `alarms:read`. */
export async function listSuppressionRules({ control }: Context, scope: Scope): Promise<SuppressionRule[]> {
  requirePermission(scope, 'alarms:read');
  return repo.listSuppressionRules(control.db, scope.organization.id);
}

/** No alarm arrives between the change of a rule and its effect. */
async function changeRules<Result>(
  { control }: Context,
  scope: Scope,
  work: (trx: Trx, change: number) => Promise<Result>,
): Promise<Result> {
  requirePermission(scope, 'alarms:write');
  return inTransaction(control.db, async (trx) => work(trx, await beginAlarmChange(trx)));
}

async function applyNow(
  trx: Trx,
  context: Context,
  { organization, actor }: Scope,
  { rule, change }: { readonly rule: SuppressionRule; readonly change: number },
): Promise<number> {
  const nowMs = context.now();
  return suppressRecentAlarms(trx, {
    rule,
    organizationIds: await reachOf(trx, organization.id),
    receivedSinceMs: nowMs - DAY_MS,
    most: MOST_AT_ONCE,
    change,
    nowMs,
    actor,
  });
}

function ownRule({ organization, actor }: Scope, id: string): repo.OwnSuppressionRule {
  return { id: idText(id), organizationId: organization.id, actor };
}
