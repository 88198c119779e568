import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Belfry, belfryOn } from '../belfry-process.ts';

let folder: string;
let belfry: Belfry;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'belfry-command-faults-'));
  belfry = belfryOn(join(folder, 'data'));
});

afterEach(() => rm(folder, { recursive: true, force: true }));

describe('what goes wrong', () => {
  it('is told as text, or with --json as JSON, on standard error', async () => {
    const text = await belfry.run(['import', 'nowhere', folder]);
    expect(text).toEqual({ code: 1, stdout: '', stderr: 'error: there is no organization nowhere\n' });
    const { code, stdout, stderr } = await belfry.run(['rejects', 'nowhere', '--json']);
    expect([code, stdout]).toEqual([1, '']);
    expect(JSON.parse(stderr)).toEqual({
      error: { code: 'not_found', message: 'there is no organization nowhere', faults: expect.any(Array) },
    });
  });

  it('ends with 2 when the command line was not understood, before anything is opened', async () => {
    const wrong = [
      ['fly'],
      ['org'],
      ['org', 'create', 'x'],
      ['org', 'move', 'x'],
      ['import', 'x'],
      ['demo', '--events', 'many'],
    ];
    for (const args of wrong) {
      const { code, stdout, stderr } = await belfry.run(args);
      expect([args, code, stdout]).toEqual([args, 2, '']);
      expect(stderr).not.toBe('');
    }
    const { code, stderr } = await belfry.run(['org', 'create', '--json']);
    expect([code, JSON.parse(stderr).error.code]).toEqual([2, 'usage']);
    expect(existsSync(belfry.data)).toBe(false);
  });

  it('in the configuration is named option by option', async () => {
    const { code, stderr } = await belfry.run(['config'], { env: { BELFRY_PROT: '1', BELFRY_PORT: 'x' } });
    expect([code, stderr]).toEqual([1, expect.stringMatching(/BELFRY_PROT.*BELFRY_PORT/s)]);
  });

  it('does not keep help, version and the configuration from being shown', async () => {
    expect(await belfry.run(['--help'])).toMatchObject({ code: 0, stdout: expect.stringContaining('import') });
    expect((await belfry.run(['--version'])).stdout).toMatch(/^\d+\.\d+\.\d+\n$/);
    const lines = await belfry.json('config');
    expect(lines).toContainEqual(expect.objectContaining({ variable: 'BELFRY_DEMO', value: '0', from: 'environment' }));
    expect(existsSync(belfry.data)).toBe(false);
  });
});
