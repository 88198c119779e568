import { appendAudit } from '../../control/audit.ts';
import {
  type AlertChange,
  alertById,
  changeAlert as change,
  changeConsolidatedAlert as changeConsolidated,
  consolidatedAlertById,
  findAlerts,
  findConsolidatedAlerts,
} from '../../control/repos/alerts.ts';
import { inTransaction, type Trx } from '../../control/transaction.ts';
import type { Alert, AlertFilter, AlertPage, ConsolidatedAlert } from '../../model/alert.ts';
import { AppError } from '../../model/errors.ts';
import type { Scope } from '../../model/scope.ts';
import { reachOf } from '../alarms/reach-of.ts';
import type { Context } from '../context.ts';
import { requirePermission } from '../permission.ts';

export interface AlertsQuestion {
  readonly filter: AlertFilter;
  readonly page: AlertPage;
}

/** Alerts of an organization and of those below it. Permission `alarms:read`. */
export async function listAlerts(
  context: Context,
  scope: Scope,
  question: AlertsQuestion,
): Promise<{ total: number; alerts: Alert[] }> {
  return findAlerts(context.control.db, { ...question, organizationIds: await reachOfReader(context, scope) });
}

/** The same, consolidated. */
export async function listConsolidatedAlerts(
  context: Context,
  scope: Scope,
  question: AlertsQuestion,
): Promise<{ total: number; alerts: ConsolidatedAlert[] }> {
  return findConsolidatedAlerts(context.control.db, {
    ...question,
    organizationIds: await reachOfReader(context, scope),
  });
}

function reachOfReader(context: Context, scope: Scope): Promise<number[]> {
  requirePermission(scope, 'alarms:read');
  return reachOf(context.control.db, scope.organization.id);
}

/** Fails with `not_found`, also for one that is out of reach. Permission `alarms:read`. */
export async function readAlert(context: Context, scope: Scope, id: string): Promise<Alert> {
  const reach = await reachOfReader(context, scope);
  return found(await alertById(context.control.db, id), reach);
}

export async function readConsolidatedAlert(context: Context, scope: Scope, id: string): Promise<ConsolidatedAlert> {
  const reach = await reachOfReader(context, scope);
  return found(await consolidatedAlertById(context.control.db, id), reach);
}

function found<One extends { readonly organizationId: number }>(alert: One | undefined, reach: readonly number[]): One {
  if (alert !== undefined && reach.includes(alert.organizationId)) return alert;
  throw new AppError('not_found', { public: 'there is no such alert' });
}

/** Fails with `not_found`. Permission `alarms:write`. */
export async function changeAlert(context: Context, scope: Scope, id: string, asked: AlertChange): Promise<Alert> {
  requirePermission(scope, 'alarms:write');
  const alert = await readAlert(context, scope, id);
  await inTransaction(context.control.db, async (trx) => {
    await change(trx, alert, asked, secondOf(context));
    await audit(trx, scope, { alert, asked, objectType: 'alert' });
  });
  return readAlert(context, scope, id);
}

/** Fails with `not_found`. Permission `alarms:write`. */
export async function changeConsolidatedAlert(
  context: Context,
  scope: Scope,
  id: string,
  asked: AlertChange,
): Promise<ConsolidatedAlert> {
  requirePermission(scope, 'alarms:write');
  const alert = await readConsolidatedAlert(context, scope, id);
  await inTransaction(context.control.db, async (trx) => {
    await changeConsolidated(trx, alert, asked, secondOf(context));
    await audit(trx, scope, { alert, asked, objectType: 'consolidated_alert' });
  });
  return readConsolidatedAlert(context, scope, id);
}

function secondOf(context: Context): string {
  return new Date(Math.floor(context.now() / 1000) * 1000).toISOString();
}

interface Changed {
  readonly alert: Alert | ConsolidatedAlert;
  readonly asked: AlertChange;
  readonly objectType: string;
}

function audit(trx: Trx, { actor }: Scope, { alert, asked, objectType }: Changed): Promise<void> {
  const { id, organizationId, type, cause } = alert;
  return appendAudit(trx, {
    actor,
    action: `${objectType}.change`,
    objectType,
    objectId: id,
    objectLabel: `${type}: ${cause}`,
    organizationId,
    result: 'success',
    detail: { ...(asked.notes !== undefined && { notes: asked.notes }), ...(asked.clear && { status: 'cleared' }) },
  });
}
