import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { testMatch } from '../../../test/alarms.ts';
import { loadConfig } from '../../config/index.ts';
import { recordDetections } from '../../core/alarms/index.ts';
import type { AlarmMatch } from '../../model/alarm.ts';
import { runCommandLine } from '../run-command-line.ts';
import { type Belfry, startBelfry } from '../start-belfry.ts';

let dir: string;
let belfry: Belfry;

beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'belfry-alarm-commands-'));
  vi.stubEnv('BELFRY_DATA', dir);
  belfry = await startBelfry(loadConfig({ BELFRY_DATA: dir }), { host: '127.0.0.1', port: 0, announce: true });
  await run('org', 'create', 'clinic', '--name', 'Clinic');
});

afterEach(() => vi.restoreAllMocks());

afterAll(async () => {
  vi.unstubAllEnvs();
  await belfry?.close();
  await rm(dir, { recursive: true, force: true });
});

async function run(...args: string[]): Promise<{ code: number; stdout: string; stderr: string }> {
  const written = { stdout: '', stderr: '' };
  for (const name of ['stdout', 'stderr'] as const) {
    vi.spyOn(process[name], 'write').mockImplementation((text) => {
      written[name] += text;
      return true;
    });
  }
  const code = await runCommandLine(args);
  vi.restoreAllMocks();
  return { code, ...written };
}

async function json(...args: string[]) {
  const { code, stdout, stderr } = await run(...args, '--json');
  expect([code, stderr]).toEqual([0, '']);
  return JSON.parse(stdout);
}

async function raise(given: Parameters<typeof testMatch>[1]): Promise<AlarmMatch> {
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
