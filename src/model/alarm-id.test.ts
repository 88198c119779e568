import { expect, it } from 'vitest';
import { alarmId } from './alarm-id.ts';

const KEY = { ruleId: 'r', organizationUuid: 'o', groupKey: '10.0.0.1', windowStartMs: 0 };

it('the id of an alarm is a UUID of version 8 that follows from what makes the alarm', () => {
  const id = alarmId(KEY);
  // Stored alarms have it: another derivation would make each of them a second time.
  expect(id).toBe(alarmId({ ...KEY }));
  expect(id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
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
