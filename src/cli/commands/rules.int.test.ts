import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { loadConfig } from '../../config/index.ts';
import { runCommandLine } from '../run-command-line.ts';
import { type Belfry, startBelfry } from '../start-belfry.ts';

let dir: string;
let belfry: Belfry;

const ID = '11111111-1111-4111-8111-111111111111';
const RULE = `title: Lookup of a host
id: ${ID}
level: low
logsource: {category: dns}
detection: {selection: {query|startswith: host}, condition: selection}
`;

beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'belfry-rule-commands-'));
  vi.stubEnv('BELFRY_DATA', join(dir, 'data'));
  belfry = await startBelfry(loadConfig({ BELFRY_DATA: join(dir, 'data') }), {
    host: '127.0.0.1',
    port: 0,
    announce: true,
  });
  await mkdir(join(dir, 'my rules', 'dns'), { recursive: true });
  await writeFile(join(dir, 'my rules', 'dns', 'good.yml'), RULE);
  await writeFile(join(dir, 'my rules', 'bad.yaml'), 'title: Bad\ndetection: [\n');
  await writeFile(join(dir, 'my rules', 'README.md'), 'no rule');
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
  process.exitCode = 0;
  vi.restoreAllMocks();
  return { code, ...written };
}

async function json(...args: string[]) {
  const { stdout } = await run(...args, '--json');
  return JSON.parse(stdout);
}

describe('belfry rules', () => {
  it('imports a folder, with all below it, and tells what cannot be loaded', async () => {
    const { stdout, stderr } = await run('rules', 'import', join(dir, 'my rules'));
    expect(stdout).toBe('Pack my-rules: 1 rules added, 0 changed, 0 as they were.\n');
    expect(stderr).toMatch(/^bad\.yaml:\d+:\d+: not YAML/m);
    expect(await json('rules', 'list', '--pack', 'my-rules')).toMatchObject([
      { id: ID, file: 'dns/good.yml', level: 'low', enabled: false },
    ]);
    const again = await json('rules', 'import', join(dir, 'my rules'), '--enable');
    expect(again).toMatchObject({ pack: 'my-rules', added: 0, unchanged: 1, problems: [{ file: 'bad.yaml' }] });
  });

  it('lists what comes with Belfry', async () => {
    const { stdout } = await run('rules', 'list', '--pack', 'starter', '--enabled', '--level', 'critical');
    expect(stdout).toMatch(/^ID +PACK +LEVEL +ENABLED +TITLE\n[0-9a-f-]{36} +starter +critical +yes +Shadow copies/);
  });

  it('tries a stored rule, and a file', async () => {
    await run('rules', 'import', join(dir, 'my rules'));
    expect((await run('rules', 'test', ID, '--days', '3')).stdout).toBe('Nothing in the last 3 days.\n');
    const file = join(dir, 'my rules', 'dns', 'good.yml');
    expect(await json('rules', 'test', file)).toMatchObject({ rules: [{ id: ID, organizations: [] }] });
    const bad = await run('rules', 'test', join(dir, 'my rules', 'bad.yaml'));
    expect(bad.stderr).toMatch(/^bad\.yaml:\d+:\d+: not YAML/m);
    expect((await run('rules', 'test', 'nothing')).stderr).toMatch(/no rule "nothing"/);
    expect((await run('rules', 'test', ID, '--days', 'many')).stderr).toMatch(/days/);
  });

  it('enables, disables and removes', async () => {
    await run('rules', 'import', join(dir, 'my rules', 'dns', 'good.yml'), '--pack', 'my-rules');
    expect((await run('rules', 'enable', ID, '--days', '1')).stdout).toBe('1 rules enabled.\n');
    expect(await json('rules', 'disable', '--pack', 'my-rules')).toMatchObject([{ id: ID, enabled: false }]);
    expect((await run('rules', 'enable')).stderr).toMatch(/ids, pack or level, or say all/);
    expect((await run('rules', 'remove', '--pack', 'my-rules')).stdout).toBe('1 rules removed.\n');
    expect((await run('rules', 'remove', '--pack', 'starter')).stderr).toMatch(/disable them instead/);
    expect((await run('rules', 'import', join(dir, 'nowhere'))).stderr).toMatch(/no file or folder/);
  });
});
