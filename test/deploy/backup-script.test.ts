import { spawnSync } from 'node:child_process';
import { mkdir, mkdtemp, readdir, readFile, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { inDeploy } from './deploy-files.ts';

describe('the backup script', () => {
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'belfry-backup-script-'));
    await Promise.all(['backups', 'textfiles'].map((name) => mkdir(join(folder, name))));
    await writeFile(
      join(folder, 'belfry'),
      '#!/bin/sh\n[ "$1 $2" = "backup verify" ] && exit "$VERIFY"\nmkdir "$2" && echo rows > "$2/rows"\n',
      { mode: 0o755 },
    );
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));

  const backups = () => readdir(join(folder, 'backups'));
  const run = (env: Readonly<Record<string, string>> = {}) =>
    spawnSync(inDeploy('systemd/belfry-backup'), {
      encoding: 'utf8',
      env: {
        PATH: process.env.PATH,
        BELFRY: join(folder, 'belfry'),
        BACKUPS: join(folder, 'backups'),
        TEXTFILES: join(folder, 'textfiles'),
        KEEP_DAYS: '3',
        VERIFY: '0',
        ...env,
      },
    });

  test('keeps new and strange folders, removes old backups, and tells when it was', async () => {
    const old = new Date(Date.now() - 5 * 86_400_000);
    for (const name of ['2020-01-01T000000Z', 'precious']) {
      await mkdir(join(folder, 'backups', name));
      await utimes(join(folder, 'backups', name), old, old);
    }
    const { status, stderr } = run();
    expect(stderr).toBe('');
    expect(status).toBe(0);
    const left = await backups();
    expect(left).toHaveLength(2);
    expect(left).toEqual([expect.stringMatching(/^20\d\d-\d\d-\d\dT\d{6}Z$/), 'precious']);
    const told = await readFile(join(folder, 'textfiles', 'belfry_backup.prom'), 'utf8');
    const at = Number(/^belfry_backup_last_success_timestamp_seconds (\d+)$/m.exec(told)?.[1]);
    expect(Math.abs(at - Date.now() / 1000)).toBeLessThan(60);
  });

  test('calls nothing a backup that was not verified, and removes nothing then', async () => {
    const before = await backups();
    const old = new Date(Date.now() - 5 * 86_400_000);
    for (const name of before) await utimes(join(folder, 'backups', name), old, old);
    expect(run({ VERIFY: '1' }).status).toBe(1);
    const after = await backups();
    expect(after).toEqual(expect.arrayContaining(before));
    expect(after.filter((name) => !before.includes(name)).every((name) => name.endsWith('.part'))).toBe(true);
  });

  test('makes no folder for backups where a disk is not mounted', () => {
    const { status, stderr } = run({ BACKUPS: join(folder, 'elsewhere') });
    expect(status).toBe(1);
    expect(stderr).toContain('there is no folder');
  });
});
