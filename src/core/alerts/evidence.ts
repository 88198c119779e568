import type { BackupTrouble } from '../../events/queries/backup-troubles.ts';
import { type Alarm, PRIORITY_LABELS } from '../../model/alarm.ts';
import type { AlertEvidence, AlertType } from '../../model/alert.ts';
import type { Organization } from '../../model/organization.ts';
import type { Entity } from '../../model/task.ts';

const TYPES: Readonly<Record<BackupTrouble['cause'], AlertType>> = {
  backup_failed: 'policy_violated',
  snapshot_failed: 'policy_violated',
  restore_failed: 'restore_failed',
  file_restore_failed: 'file_restore_failed',
};

/** A text for people, of a length that lists can carry. */
const LONGEST = 2000;

/** None for an organization that is no more. */
export function evidenceOfTrouble(trouble: BackupTrouble, organization: Organization | undefined): AlertEvidence[] {
  if (organization === undefined) return [];
  const { cause, entity, entity_type: type, failures, last_us: lastUs, success_us: successUs } = trouble;
  const parent = { id: trouble.parent_id, type: trouble.parent_type, value: trouble.parent_value };
  const told = { task_id: trouble.task, task_type: trouble.task_type, policy_name: trouble.policy_name };
  return [
    {
      organizationId: organization.id,
      type: TYPES[cause],
      cause,
      subject: JSON.stringify([type, entity]),
      severity: 'error',
      description: trouble.message.slice(0, LONGEST),
      variables: Object.fromEntries(Object.entries(told).filter(([, value]) => value !== '')),
      raisedCount: failures,
      raisedUs: trouble.first_us,
      lastUs,
      clearedUs: successUs === 0 ? null : successUs,
      primaryEntity: { id: trouble.entity_id, type, value: trouble.entity_value },
      parentEntity: parent.id === '' && parent.value === '' ? entityOf(organization) : parent,
      hidden: false,
    },
  ];
}

/** An alarm is amiss until it is closed. One that is suppressed is not seen. */
export function evidenceOfAlarm(
  alarm: Alarm,
  { organization, nowUs }: { readonly organization: Organization | undefined; readonly nowUs: number },
): AlertEvidence[] {
  if (organization === undefined) return [];
  const { rule, groupKey, status, suppressed } = alarm;
  return [
    {
      organizationId: organization.id,
      type: 'security_alarm',
      cause: rule.method,
      subject: alarm.id,
      severity: rule.priority > PRIORITY_LABELS.medium ? 'error' : 'warning',
      description: rule.title.slice(0, LONGEST),
      variables: { alarm_id: alarm.id, intent: rule.intent, strategy: rule.strategy, priority: String(rule.priority) },
      raisedCount: Math.max(1, alarm.events),
      raisedUs: alarm.receivedMs * 1000,
      lastUs: Math.max(alarm.receivedMs * 1000, alarm.lastEventUs),
      clearedUs: status === 'closed' || suppressed ? nowUs : null,
      primaryEntity: { id: groupKey, type: 'client', value: groupKey },
      parentEntity: entityOf(organization),
      hidden: suppressed,
    },
  ];
}

function entityOf({ uuid, name }: Organization): Entity {
  return { id: uuid, type: 'organizational_unit', value: name };
}
