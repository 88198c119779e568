import { z } from 'zod';
import { CONSOLIDATED_FIELDS, INDIVIDUAL_FIELDS } from '../alert-questions.ts';
import { alertChange, consolidatedAlert, individualAlert } from '../alert-schemas.ts';
import { CONSOLIDATED_PATH, INDIVIDUAL_PATH } from '../mapping/alert.ts';
import type { Resource } from '../resource.ts';
import { listOf, listQuery } from '../schemas.ts';
import {
  listAlertsConsolidated,
  listIndividualAlerts,
  readAlertConsolidated,
  readIndividualAlert,
  updateAlertConsolidated,
  updateIndividualAlert,
} from './alerts.ts';

const TAG = 'Alerts';
const ONE = `${INDIVIDUAL_PATH}/{individual_alert_id}`;
const ONE_CONSOLIDATED = `${CONSOLIDATED_PATH}/{consolidated_alert_id}`;
const EMBED = { embed: z.string().optional().describe('`read-consolidated-alert`: the alert it is consolidated in') };
const SORT = {
  sort: z
    .string()
    .optional()
    .describe('`raised_timestamp`, `updated_timestamp` or `cleared_timestamp`, with `-` before it descending'),
};

/** Section 4.4. */
export const individualAlerts: Resource = {
  name: 'individual-alerts',
  newest: 1,
  operations: [
    {
      id: 'list-individual-alerts',
      method: 'GET',
      path: INDIVIDUAL_PATH,
      permission: 'alarms:read',
      answer: listIndividualAlerts,
      description: {
        summary: 'What is amiss, entity by entity, the newest first',
        tag: TAG,
        query: { ...listQuery(INDIVIDUAL_FIELDS), ...SORT, ...EMBED },
        answers: { 200: listOf(individualAlert).and(z.object({ sort_applied: z.string() })) },
      },
    },
    {
      id: 'read-individual-alert',
      method: 'GET',
      path: ONE,
      permission: 'alarms:read',
      answer: readIndividualAlert,
      description: { summary: 'One alert', tag: TAG, query: EMBED, answers: { 200: individualAlert } },
    },
    {
      id: 'update-individual-alert',
      method: 'PATCH',
      path: ONE,
      permission: 'alarms:write',
      answer: updateIndividualAlert,
      description: {
        summary: 'Replaces the notes of an alert, or clears it',
        tag: TAG,
        query: EMBED,
        body: alertChange,
        answers: { 200: individualAlert },
      },
    },
  ],
};

export const consolidatedAlerts: Resource = {
  name: 'consolidated-alerts',
  newest: 1,
  operations: [
    {
      id: 'list-consolidated-alerts',
      method: 'GET',
      path: CONSOLIDATED_PATH,
      permission: 'alarms:read',
      answer: listAlertsConsolidated,
      description: {
        summary: 'What is amiss by parent entity, type and cause, the newest first',
        tag: TAG,
        query: listQuery(CONSOLIDATED_FIELDS),
        answers: { 200: listOf(consolidatedAlert) },
      },
    },
    {
      id: 'read-consolidated-alert',
      method: 'GET',
      path: ONE_CONSOLIDATED,
      permission: 'alarms:read',
      answer: readAlertConsolidated,
      description: { summary: 'One consolidated alert', tag: TAG, answers: { 200: consolidatedAlert } },
    },
    {
      id: 'update-consolidated-alert',
      method: 'PATCH',
      path: ONE_CONSOLIDATED,
      permission: 'alarms:write',
      answer: updateAlertConsolidated,
      description: {
        summary: 'Replaces the notes of a consolidated alert, or clears all alerts in it',
        tag: TAG,
        body: alertChange,
        answers: { 200: consolidatedAlert },
      },
    },
  ],
};
