import { readFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { alarmsOf, detectAll, useRules } from '../../../test/detection.ts';
import { openWorld } from '../../../test/world.ts';

const RULE = new URL('../../../rules/firewall/blocked-command-and-control.yml', import.meta.url);

test('connections by address that were refused as command and control are alarms, once a client', async () => {
  const world = await openWorld();
  try {
    const { branch } = world.organizations;
    await useRules(world, await readFile(RULE, 'utf8'));
    const connection = (client: string, minute: number, kind: string, verdict: string, category: string) => ({
      time: new Date(Date.parse('2026-01-15T08:00:00Z') + minute * 60_000).toISOString(),
      kind,
      src_ip: client,
      dst_ip: '203.0.113.254',
      dst_port: 8443,
      verdict,
      category_labels: [category],
      policy_category_labels: verdict === 'blocked' ? [category] : [],
    });
    await world.load(branch, [
      connection('10.0.0.1', 0, 'ip', 'blocked', 'Command and Control'),
      connection('10.0.0.1', 9, 'ip', 'blocked', 'Command and Control'),
      connection('10.0.0.2', 1, 'firewall', 'blocked', 'Command and Control'),
      connection('10.0.0.3', 2, 'ip', 'allowed', 'Command and Control'),
      connection('10.0.0.4', 3, 'ip', 'blocked', 'Gambling'),
      connection('10.0.0.5', 4, 'dns', 'blocked', 'Command and Control'),
    ]);
    await detectAll(world);
    const alarms = await alarmsOf(world, branch);
    expect(alarms.map(({ groupKey, events }) => [groupKey, events])).toEqual([
      ['10.0.0.2', 1],
      ['10.0.0.1', 2],
    ]);
    expect(alarms[0]?.rule).toMatchObject({ intent: 'System Compromise', strategy: 'C&C Communication', priority: 75 });
    expect(alarms[0]?.destinations).toEqual([{ address: '203.0.113.254', name: '', events: 1 }]);
  } finally {
    await world.close();
  }
});
