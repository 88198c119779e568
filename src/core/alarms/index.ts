export { attachLabel, detachLabel } from './attach-label.ts';
export { createLabel, deleteLabel, listLabels, renameLabel } from './labels.ts';
export { type FoundAlarms, listAlarms, listAlarmsOfCustomers } from './list-alarms.ts';
export { readAlarm, readAlarmOfCustomers } from './read-alarm.ts';
