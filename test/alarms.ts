import type { AlarmMatch, AlarmRule } from '../src/model/alarm.ts';
import { alarmId } from '../src/model/alarm-id.ts';
import type { Organization } from '../src/model/organization.ts';

export const TEST_RULE: AlarmRule = {
  id: 'c9f0b8a1-4f6e-4a0c-9d43-1f8e8a0e7a11',
  title: 'Port scan',
  author: 'somebody',
  licence: 'DRL-1.1',
  intent: 'Reconnaissance & Probing',
  strategy: 'Portscan',
  method: 'Nmap',
  priority: 20,
  techniques: ['T1046'],
  tactics: ['Discovery'],
  muteSeconds: 3600,
};

/** What one batch, number 1 where none is named, adds to the alarm of a group in the first hour of 2026. */
export function testMatch(
  organization: Pick<Organization, 'id' | 'uuid'>,
  { rule = {}, ...given }: Partial<Omit<AlarmMatch, 'rule'>> & { readonly rule?: Partial<AlarmRule> } = {},
): AlarmMatch {
  const { groupKey = '10.0.0.1', windowStartMs = Date.parse('2026-01-01T00:00:00Z'), batchSeq = 1 } = given;
  const whole = { ...TEST_RULE, ...rule };
  const firstEventUs = given.firstEventUs ?? windowStartMs * 1000;
  return {
    alarmId: alarmId({ ruleId: whole.id, organizationUuid: organization.uuid, groupKey, windowStartMs }),
    organizationId: organization.id,
    batchSeq,
    groupKey,
    windowStartMs,
    events: 1,
    firstEventUs,
    lastEventUs: firstEventUs,
    positions: [{ timeUs: firstEventUs, seq: batchSeq, row: 0 }],
    sources: [{ address: groupKey, name: '', events: 1 }],
    destinations: [{ address: '', name: 'host.example', events: 1 }],
    sensors: ['zeek'],
    ...given,
    rule: whole,
  };
}
