import type { NativeRoute } from '../route.ts';
import { addAlarmNote } from './add-alarm-note.ts';
import { attachLabel } from './attach-label.ts';
import { changeAlarm } from './change-alarm.ts';
import { createLabel } from './create-label.ts';
import { createSuppressionRule } from './create-suppression-rule.ts';
import { deleteLabel } from './delete-label.ts';
import { deleteSuppressionRule } from './delete-suppression-rule.ts';
import { detachLabel } from './detach-label.ts';
import { disableSuppressionRule } from './disable-suppression-rule.ts';
import { enableSuppressionRule } from './enable-suppression-rule.ts';
import { findAlarm } from './find-alarm.ts';
import { listAlarmHistory } from './list-alarm-history.ts';
import { listAlarmNotes } from './list-alarm-notes.ts';
import { listAlarms } from './list-alarms.ts';
import { listLabels } from './list-labels.ts';
import { listSuppressionRules } from './list-suppression-rules.ts';
import { readAlarm } from './read-alarm.ts';
import { renameLabel } from './rename-label.ts';

/** Everything about alarms: what they are, labels on them, and rules that hide them. */
export const ALARM_ROUTES: readonly NativeRoute[] = [
  listAlarms,
  findAlarm,
  readAlarm,
  changeAlarm,
  listAlarmHistory,
  listAlarmNotes,
  addAlarmNote,
  attachLabel,
  detachLabel,
  listLabels,
  createLabel,
  renameLabel,
  deleteLabel,
  listSuppressionRules,
  createSuppressionRule,
  enableSuppressionRule,
  disableSuppressionRule,
  deleteSuppressionRule,
];
