export { attachLabel, detachLabel } from './attach-label.ts';
export { changeAlarm } from './change-alarm.ts';
export { findAlarm } from './find-alarm.ts';
export { createLabel, deleteLabel, listLabels, renameLabel } from './labels.ts';
export { type AlarmDeed, listAlarmHistory } from './list-alarm-history.ts';
export { listAlarms, listAlarmsOfCustomers } from './list-alarms.ts';
export { addNote, listNotes } from './notes.ts';
export { noAlarm, readAlarm, readAlarmOfCustomers } from './read-alarm.ts';
export { recordDetections } from './record-detections.ts';
export { unreadableSuppressionRules } from './suppression-in-force.ts';
export {
  createSuppressionRule,
  deleteSuppressionRule,
  disableSuppressionRule,
  enableSuppressionRule,
  listSuppressionRules,
} from './suppression-rules.ts';
