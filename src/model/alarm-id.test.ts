import { expect, it } from 'vitest';
import { alarmId } from './alarm-id.ts';

const KEY = { ruleId: 'r', organizationUuid: 'o', groupKey: '10.0.0.1', windowStartMs: 0 };

it('the id of an alarm is a UUID of version 8 that follows from what makes the alarm', () => {
  // Alarms that are stored have such ids: another derivation would make each of them a second time.
  expect(alarmId(KEY)).toBe('e207b5dd-aa4a-8132-a965-797ec0fc4fd3');
});

it('differs with each part of it, and parts do not run into one another', () => {
  const keys = [
    KEY,
    { ...KEY, ruleId: 'r2' },
    { ...KEY, organizationUuid: 'o2' },
    { ...KEY, groupKey: '' },
    { ...KEY, windowStartMs: 3_600_000 },
    { ...KEY, ruleId: 'ro', organizationUuid: '' },
    { ...KEY, ruleId: 'r","o', organizationUuid: '' },
  ];
  expect(new Set(keys.map(alarmId)).size).toBe(keys.length);
});
