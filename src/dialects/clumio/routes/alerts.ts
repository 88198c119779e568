import {
  changeAlert,
  changeConsolidatedAlert,
  listAlerts,
  listConsolidatedAlerts,
  readAlert,
  readConsolidatedAlert,
} from '../../../core/alerts/index.ts';
import type { Alert, ConsolidatedAlert } from '../../../model/alert.ts';
import {
  alertsQuestion,
  CONSOLIDATED_FIELDS,
  INDIVIDUAL_FIELDS,
  NEWEST_FIRST,
  readSorting,
} from '../alert-questions.ts';
import { alertChange } from '../alert-schemas.ts';
import { readBody } from '../body.ts';
import { type Answer, type Call, embeds, filterOf } from '../call.ts';
import { listBody } from '../list.ts';
import {
  type AlertView,
  CONSOLIDATED_PATH,
  INDIVIDUAL_PATH,
  toConsolidatedAlert,
  toIndividualAlert,
} from '../mapping/alert.ts';
import { readPage } from '../paging.ts';

const EMBEDDED = 'read-consolidated-alert';

export async function listIndividualAlerts(call: Call): Promise<Answer> {
  const page = readPage(call.query);
  const sorting = readSorting(call.query);
  const wantsMore = embedsConsolidated(call);
  const { conditions, applied } = filterOf(call, INDIVIDUAL_FIELDS);
  const question = alertsQuestion(call, conditions, { page, sorting });
  const { total, alerts } = await listAlerts(call.context, call.scope, question);
  const embedded = wantsMore ? await consolidatedOf(call, alerts) : undefined;
  const items = alerts.map((alert) => toIndividualAlert(alert, viewOf(call), embedded?.get(alert.consolidatedId)));
  const more = { sort: sorting.applied, ...(wantsMore && { embed: EMBEDDED }) };
  const body = listBody({ path: INDIVIDUAL_PATH, page, items, total, filterApplied: applied, more });
  return { body: { ...body, sort_applied: sorting.applied } };
}

export async function readIndividualAlert(call: Call): Promise<Answer> {
  const wantsMore = embedsConsolidated(call);
  return individual(call, await readAlert(call.context, call.scope, idOf(call, 'individual_alert_id')), wantsMore);
}

export async function updateIndividualAlert(call: Call): Promise<Answer> {
  const wantsMore = embedsConsolidated(call);
  const id = idOf(call, 'individual_alert_id');
  return individual(call, await changeAlert(call.context, call.scope, id, changeOf(call)), wantsMore);
}

async function individual(call: Call, alert: Alert, wantsMore: boolean): Promise<Answer> {
  const embedded = wantsMore ? await consolidatedOf(call, [alert]) : undefined;
  return { body: toIndividualAlert(alert, viewOf(call), embedded?.get(alert.consolidatedId)) };
}

/** By id, each read once. */
async function consolidatedOf(call: Call, alerts: readonly Alert[]): Promise<Map<string, ConsolidatedAlert>> {
  const found = new Map<string, ConsolidatedAlert>();
  for (const id of new Set(alerts.map(({ consolidatedId }) => consolidatedId))) {
    found.set(id, await readConsolidatedAlert(call.context, call.scope, id));
  }
  return found;
}

export async function listAlertsConsolidated(call: Call): Promise<Answer> {
  const page = readPage(call.query);
  const { conditions, applied } = filterOf(call, CONSOLIDATED_FIELDS);
  const question = alertsQuestion(call, conditions, { page, sorting: NEWEST_FIRST });
  const { total, alerts } = await listConsolidatedAlerts(call.context, call.scope, question);
  const items = alerts.map((alert) => toConsolidatedAlert(alert, viewOf(call)));
  return { body: listBody({ path: CONSOLIDATED_PATH, page, items, total, filterApplied: applied }) };
}

export async function readAlertConsolidated(call: Call): Promise<Answer> {
  const alert = await readConsolidatedAlert(call.context, call.scope, idOf(call, 'consolidated_alert_id'));
  return { body: toConsolidatedAlert(alert, viewOf(call)) };
}

export async function updateAlertConsolidated(call: Call): Promise<Answer> {
  const id = idOf(call, 'consolidated_alert_id');
  const alert = await changeConsolidatedAlert(call.context, call.scope, id, changeOf(call));
  return { body: toConsolidatedAlert(alert, viewOf(call)) };
}

function changeOf(call: Call) {
  const { notes, status } = readBody(alertChange, call.body);
  return { ...(notes !== undefined && { notes }), clear: status === 'cleared' };
}

function embedsConsolidated(call: Call): boolean {
  return embeds(call, [EMBEDDED]).length > 0;
}

function idOf({ params }: Call, name: string): string {
  return (params[name] ?? '').toLowerCase();
}

function viewOf({ root, scope }: Call): AlertView {
  return { root, mayChange: scope.permissions.has('alarms:write') };
}
