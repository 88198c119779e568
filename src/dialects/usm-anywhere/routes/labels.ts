import { attachLabel, detachLabel, readAlarm } from '../../../core/alarms/index.ts';
import type { Alarm } from '../../../model/alarm.ts';
import { type Answer, type Call, pathPart } from '../../kit/usm/call.ts';
import { link } from '../../kit/usm/hal.ts';

// Labels on an alarm (section 2.6). Which labels there are is not part of this API.

export const answerLabels: Answer = async (call) =>
  labelsOf(call, await readAlarm(call.context, call.scope, pathPart(call, 'alarmId')));

export const answerLabelPut: Answer = async (call) =>
  labelsOf(call, await attachLabel(call.context, call.scope, pathPart(call, 'alarmId'), pathPart(call, 'labelId')));

export const answerLabelDelete: Answer = async (call) =>
  labelsOf(call, await detachLabel(call.context, call.scope, pathPart(call, 'alarmId'), pathPart(call, 'labelId')));

function labelsOf({ origin }: Call, { id, labels }: Alarm) {
  return { alarm_labels: labels, _links: { self: link(`${origin}/api/2.0/alarms/${id}/labels`) } };
}
