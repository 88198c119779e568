import { describe, expect, test } from 'vitest';
import { TEST_RULE, testMatch } from '../../../../../test/alarms.ts';
import type { Alarm } from '../../../../model/alarm.ts';
import { pulledAlarm } from './pulled-alarm.ts';

const ID = '0b8f5a0e-6f1d-4a63-9a53-0c1f6d2b7e11';
const EVENT = 'd1c5c9a2-2c0e-4d35-8a07-5d9d0f8a1f01';
const THERE = 'https://other.example:8443/base';
const HERE = 'https://here.example';

const { alarmId: _, batchSeq: __, ...evidence } = testMatch({ id: 1, uuid: '' });
const alarm: Alarm = {
  ...evidence,
  id: ID,
  rule: TEST_RULE,
  receivedMs: 0,
  status: 'in_review',
  suppressed: true,
  labels: ['label'],
  peerId: 'peer',
  document: null,
};

const wrapped = {
  _links: { self: { href: `${THERE}/api/2.0/events/{eventId}`, templated: true } },
  timeStamp: 7,
  message: { uuid: EVENT, has_alarm: 'true', suppressed: 'false', log: 'x' },
};
const flat = {
  uuid: EVENT,
  has_alarm: true,
  suppressed: false,
  log: 'x',
  _links: { self: { href: `${THERE}/api/2.0/events/${EVENT}`, templated: false } },
};
const documentWith = (event: object) => ({
  uuid: 'theirs',
  status: 'open',
  suppressed: false,
  alarm_labels: [],
  rule_method: 'Nmap',
  sources: [{ event_count: 1, _links: { self: { href: `${THERE}/api/2.0/assets/1` } } }],
  events: [event],
  _links: { self: { href: `${THERE}/api/2.0/alarms/theirs` } },
});

describe('a pulled alarm', () => {
  test.each([wrapped, flat])('is theirs, with our links and what was decided here', (event) => {
    expect(pulledAlarm(alarm, documentWith(event), { origin: HERE, wrapped: false })).toEqual({
      uuid: ID,
      status: 'in_review',
      suppressed: true,
      alarm_labels: ['label'],
      rule_method: 'Nmap',
      sources: [{ event_count: 1, _links: { self: { href: `${HERE}/api/2.0/assets/1` } } }],
      events: [{ ...flat, _links: { self: { href: `${HERE}/api/2.0/events/${EVENT}`, templated: false } } }],
      _links: { self: { href: `${HERE}/api/2.0/alarms/${ID}`, templated: false } },
    });
  });

  test.each([wrapped, { ...flat, timestamp_received: '7' }])('has wrapped events in lists', (event) => {
    const { events } = pulledAlarm(alarm, documentWith(event), { origin: HERE, wrapped: true });
    expect(events).toMatchObject([
      {
        _links: { self: { href: `${HERE}/api/2.0/events/{eventId}`, templated: true } },
        timeStamp: 7,
        message: { uuid: EVENT, has_alarm: 'true', suppressed: 'false', log: 'x' },
      },
    ]);
  });

  test('may have no events', () => {
    expect(pulledAlarm(alarm, { uuid: ID }, { origin: HERE, wrapped: true }).events).toEqual([]);
  });
});
