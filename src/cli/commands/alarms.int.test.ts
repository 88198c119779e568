import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { testMatch } from '../../../test/alarms.ts';
import { type CommandLine, openCommandLine } from '../../../test/command-line.ts';
import { recordDetections } from '../../core/alarms/index.ts';
import type { AlarmMatch } from '../../model/alarm.ts';

let commands: CommandLine;

beforeAll(async () => {
  commands = await openCommandLine();
  await run('org', 'create', 'clinic', '--name', 'Clinic');
});

afterAll(() => commands?.close());

const run: CommandLine['run'] = (...args) => commands.run(...args);
const json: CommandLine['json'] = (...args) => commands.json(...args);

async function raise(given: Parameters<typeof testMatch>[1]): Promise<AlarmMatch> {
  const { belfry } = commands;
  const [organization] = await belfry.context.control.db.selectFrom('organizations').selectAll().execute();
  if (organization === undefined) throw new Error('there is no organization');
  const match = testMatch(organization, given);
  await recordDetections(belfry.context, [match], { name: 'test', watermark: 1 });
  return match;
}

describe('belfry alarms', () => {
  it('lists, shows and changes alarms', async () => {
    const { alarmId } = await raise({ groupKey: 'a', rule: { title: 'Bell \u0007 rung', priority: 70 } });
    await raise({ groupKey: 'b' });
    expect(await json('alarms', 'list', 'clinic', '--priority', 'high')).toMatchObject({
      total: 1,
      alarms: [{ id: alarmId, groupKey: 'a' }],
    });
    const page = await run('alarms', 'list', 'clinic', '--limit', '1', '--sort', '-priority');
    expect(page.stdout).toMatch(/^ID .*\n[0-9a-f-]{36} .* high +open .* Bell \\x07 rung\n$/);
    expect(page.stderr).toContain('1 of 2');
    for (const [verb, status] of [
      ['close', 'closed'],
      ['review', 'in_review'],
      ['reopen', 'open'],
    ] as const) {
      expect((await json('alarms', verb, alarmId)).status).toBe(status);
    }
    await run('alarms', 'close', alarmId);
    const shown = await run('alarms', 'show', alarmId);
    expect(shown.stdout).toMatch(/^status +closed$/m);
    expect(shown.stdout).toMatch(/^about +Reconnaissance & Probing \/ Portscan \/ Nmap$/m);
    expect(await json('alarms', 'list', 'clinic', '--status', 'open', 'in_review')).toMatchObject({ total: 1 });
  });

  it('says what is not there', async () => {
    expect(await run('alarms', 'close', 'nothing')).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('there is no alarm nothing'),
    });
    expect(await run('alarms', 'list', 'nowhere')).toMatchObject({ code: 1 });
    expect((await run('alarms', 'list', 'clinic', '--suppressed')).stdout).toBe('There is no such alarm.\n');
  });
});

describe('belfry label', () => {
  it('defines labels and deletes them by name or id', async () => {
    expect((await run('label', 'list', 'clinic')).stdout).toContain('belfry label create clinic');
    const first = await json('label', 'create', 'clinic', 'phishing');
    await run('label', 'create', 'clinic', 'a scan');
    expect((await json('label', 'list', 'clinic')).map(({ name }: { name: string }) => name)).toEqual([
      'a scan',
      'phishing',
    ]);
    expect((await run('label', 'list', 'clinic')).stdout).toMatch(/phishing +here$/m);
    expect(await json('label', 'delete', 'clinic', 'a scan')).toMatchObject({ name: 'a scan' });
    expect(await json('label', 'delete', 'clinic', first.id)).toMatchObject({ name: 'phishing' });
    expect(await run('label', 'delete', 'clinic', 'phishing')).toMatchObject({ code: 1 });
    expect(await json('label', 'list', 'clinic')).toEqual([]);
  });
});
