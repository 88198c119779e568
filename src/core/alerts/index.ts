export {
  type AlertsQuestion,
  changeAlert,
  changeConsolidatedAlert,
  listAlerts,
  listConsolidatedAlerts,
  readAlert,
  readConsolidatedAlert,
} from './alerts.ts';
export { deriveAlerts } from './derive-alerts.ts';
