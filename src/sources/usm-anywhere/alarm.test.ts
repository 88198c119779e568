import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { readRemoteAlarm } from './alarm.ts';

const ID = '0b8f5a0e-6f1d-4a63-9a53-0c1f6d2b7e11';

const least = { uuid: ID, timestamp_occured: '1767225600000' };

const read = (document: object) => {
  const result = readRemoteAlarm({ ...least, ...document });
  if ('fault' in result) throw new Error(result.fault);
  return result.alarm;
};

const faultOf = (document: unknown) => {
  const result = readRemoteAlarm(document);
  return 'fault' in result ? result.fault : undefined;
};

describe('an alarm of another server', () => {
  test('is read whole', () => {
    const document = {
      uuid: ID.toUpperCase(),
      status: 'in review',
      suppressed: true,
      priority: 20,
      rule_id: 'Nmap',
      rule_intent: 'Reconnaissance & Probing',
      rule_strategy: 'Portscan',
      rule_method: 'Nmap',
      rule_attack_id: 'T1046',
      rule_attack_tactic: ['Discovery'],
      alarm_events_count: 7,
      alarm_sensor_sources: ['7F0A3C55-8f5b-4a5e-8a2b-b0f1d7a9c3e2'],
      sensor_uuid: '7f0a3c55-8f5b-4a5e-8a2b-b0f1d7a9c3e2',
      sources: [{ address: '203.0.113.9', name: 'scanner.example', event_count: 7 }],
      alarm_destinations: ['10.0.0.8', '10.0.0.9'],
      timestamp_received: 1767225610500,
    };
    expect(read(document)).toEqual({
      id: ID,
      rule: {
        id: 'Nmap',
        title: 'Nmap',
        author: '',
        licence: '',
        intent: 'Reconnaissance & Probing',
        strategy: 'Portscan',
        method: 'Nmap',
        priority: 20,
        techniques: ['T1046'],
        tactics: ['Discovery'],
        muteSeconds: 0,
      },
      groupKey: '203.0.113.9',
      windowStartMs: 1767225600000,
      events: 7,
      firstEventUs: 1767225600000000,
      lastEventUs: 1767225600000000,
      positions: [],
      sources: [{ address: '203.0.113.9', name: 'scanner.example', events: 7 }],
      destinations: [
        { address: '10.0.0.8', name: '', events: 0 },
        { address: '10.0.0.9', name: '', events: 0 },
      ],
      sensors: ['7f0a3c55-8f5b-4a5e-8a2b-b0f1d7a9c3e2'],
      receivedMs: 1767225610500,
      status: 'in_review',
      suppressed: true,
      document: { ...least, ...document },
    });
  });

  test('needs no more than an id and a time', () => {
    expect(read({})).toMatchObject({
      events: 0,
      status: 'open',
      suppressed: false,
      receivedMs: 1767225600000,
      rule: { id: 'Unknown', priority: 0, intent: 'Environmental Awareness' },
    });
  });

  test.each([
    [{ priority: '40' }, 40],
    [{ priority: 250 }, 100],
    [{ priority: -3 }, 0],
    [{ priority: 'soon', priority_label: 'High' }, 80],
    [{ priority_label: 'medium' }, 50],
    [{ priority: null }, 0],
  ])('with %j has priority %i', (document, priority) => {
    expect(read(document).rule.priority).toBe(priority);
  });

  test.each([
    [7, 'no object'],
    [[least], 'no object'],
    [{ ...least, uuid: undefined }, 'no uuid'],
    [{ ...least, uuid: '../../etc/passwd' }, 'no uuid'],
    [{ uuid: ID }, 'timestamp_occured'],
    [{ ...least, timestamp_occured: '2026-01-01' }, 'timestamp_occured'],
    [{ ...least, timestamp_occured: '9999999999999999' }, 'timestamp_occured'],
    [{ ...least, timestamp_occured: 1.5 }, 'timestamp_occured'],
  ])('%j is none', (document, what) => {
    expect(faultOf(document)).toContain(what);
  });

  test('is none when it is nested too deep', () => {
    const inner = JSON.parse(`${'['.repeat(1_000)}${']'.repeat(1_000)}`);
    expect(faultOf({ ...least, inner })).toContain('deep');
  });

  test('may hold anything beside: it is read, or told to be none', () => {
    const names = [
      'status',
      'suppressed',
      'priority',
      'sources',
      'alarm_sources',
      'events',
      'rule_method',
      'sensor_uuid',
    ];
    fc.assert(
      fc.property(fc.dictionary(fc.constantFrom(...names), fc.jsonValue()), (document) => {
        const { rule, sources, sensors } = read(document);
        const texts = [...Object.values(rule).flat(), ...sensors, ...sources.flatMap(Object.values)];
        expect(texts.some((text) => String(text).includes('\0'))).toBe(false);
      }),
    );
  });
});
