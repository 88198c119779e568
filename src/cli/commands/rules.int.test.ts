import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type CommandLine, openCommandLine } from '../../../test/command-line.ts';
import { openControl } from '../../control/database.ts';

let commands: CommandLine;
let rules: string;

const ID = '11111111-1111-4111-8111-111111111111';
const RULE = `title: Lookup of a host
id: ${ID}
level: low
logsource: {category: dns}
detection: {selection: {query|startswith: host}, condition: selection}
`;

beforeAll(async () => {
  commands = await openCommandLine();
  rules = join(commands.dir, 'my rules');
  await mkdir(join(rules, 'dns'), { recursive: true });
  await writeFile(join(rules, 'dns', 'good.yml'), RULE);
  await writeFile(join(rules, 'bad.yaml'), 'title: Bad\ndetection: [\n');
  await writeFile(join(rules, 'README.md'), 'no rule');
});

afterAll(() => commands?.close());

const run: CommandLine['run'] = (...args) => commands.run(...args);
const json: CommandLine['json'] = (...args) => commands.json(...args);

describe('belfry rules', () => {
  it('imports a folder, with all below it, and tells what cannot be loaded', async () => {
    const { stdout, stderr } = await run('rules', 'import', rules);
    expect(stdout).toBe('Pack my-rules: 1 rules added, 0 changed, 0 as they were.\n');
    expect(stderr).toMatch(/^bad\.yaml:\d+:\d+: not YAML/m);
    expect(await json('rules', 'list', '--pack', 'my-rules')).toMatchObject([
      { id: ID, file: 'dns/good.yml', level: 'low', enabled: false },
    ]);
    const again = await run('rules', 'import', rules, '--enable', '--json');
    expect(JSON.parse(again.stdout)).toMatchObject({
      pack: 'my-rules',
      added: 0,
      unchanged: 1,
      problems: [{ file: 'bad.yaml' }],
    });
  });

  it('lists what comes with Belfry', async () => {
    const { stdout } = await run('rules', 'list', '--pack', 'starter', '--enabled', '--level', 'critical');
    expect(stdout).toMatch(/^ID +PACK +LEVEL +STATE +TITLE\n[0-9a-f-]{36} +starter +critical +enabled +Shadow copies/);
  });

  it('tries a stored rule, and a file', async () => {
    await run('rules', 'import', rules);
    expect((await run('rules', 'test', ID, '--days', '3')).stdout).toBe('Nothing in the last 3 days.\n');
    const file = join(rules, 'dns', 'good.yml');
    expect(await json('rules', 'test', file)).toMatchObject({ rules: [{ id: ID, organizations: [] }] });
    const bad = await run('rules', 'test', join(rules, 'bad.yaml'));
    expect(bad.stderr).toMatch(/^bad\.yaml:\d+:\d+: not YAML/m);
    expect((await run('rules', 'test', 'nothing')).stderr).toMatch(/no rule "nothing"/);
    expect((await run('rules', 'test', ID, '--days', 'many')).stderr).toMatch(/days/);
  });

  it('tells of rules that are set apart, and fails where no other can be used', async () => {
    const file = join(rules, 'dns', 'good.yml');
    const importing = ['rules', 'import', file, '--pack', 'apart', '--enable'] as const;
    await run('rules', 'remove', '--pack', 'my-rules');
    expect((await run(...importing)).code).toBe(0);
    const control = await openControl({ path: join(commands.dir, 'data', 'control.db') });
    try {
      const apart = { apartAt: '2026-01-15T00:00:00.000Z', apartReason: 'too big', apartFromBatch: 1 };
      await control.db.updateTable('rules').set(apart).where('id', '=', ID).execute();
    } finally {
      await control.close();
    }
    const { code, stdout, stderr } = await run(...importing);
    expect(stdout).toBe('Pack apart: 0 rules added, 0 changed, 1 as they were.\n');
    expect(stderr).toMatch(/^good\.yml:1:1: the rule is set apart: .*: too big\n1 rules cannot be used\.$/m);
    expect(code).toBe(1);
    expect((await run('rules', 'list', '--set-apart')).stdout).toMatch(`${ID}: set apart from batch 1 on: too big`);
    await run('rules', 'remove', '--pack', 'apart');
  });

  it('enables, disables and removes', async () => {
    await run('rules', 'import', join(rules, 'dns', 'good.yml'), '--pack', 'my-rules');
    expect((await run('rules', 'enable', ID, '--days', '1')).stdout).toBe('1 rules enabled.\n');
    expect(await json('rules', 'disable', '--pack', 'my-rules')).toMatchObject([{ id: ID, enabled: false }]);
    expect((await run('rules', 'enable')).stderr).toMatch(/ids, pack or level, or say all/);
    expect((await run('rules', 'remove', '--pack', 'my-rules')).stdout).toBe('1 rules removed.\n');
    expect((await run('rules', 'remove', '--pack', 'starter')).stderr).toMatch(/disable them instead/);
    expect((await run('rules', 'import', join(commands.dir, 'nowhere'))).stderr).toMatch(/no file or folder/);
  });
});
