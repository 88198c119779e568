import { type SpawnSyncReturns, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, it } from 'vitest';

// A clone with a program of our own in src/, because what is tested is the way to it.
const clone = mkdtempSync(join(tmpdir(), 'belfry-setup-'));
const here = fileURLToPath(new URL('..', import.meta.url));
const COPIED = ['scripts', 'bin', 'package.json', 'package-lock.json', 'tsconfig.json', 'tsconfig.build.json'];
const PROGRAM = `
import { readFileSync } from 'node:fs';
const [command = ''] = process.argv.slice(2);
if (command === 'serve') {
  const timer = setInterval(() => {}, 1000);
  process.on('SIGTERM', () => { clearInterval(timer); process.exitCode = 5; });
}
console.log(JSON.stringify([process.argv.slice(2), process.env['UV_THREADPOOL_SIZE']]));
if (command === 'echo') process.stdout.write(readFileSync(0));
if (command === 'fail') process.exitCode = 3;
`;

beforeAll(() => {
  for (const name of COPIED) cpSync(join(here, name), join(clone, name), { recursive: true });
  symlinkSync(join(here, 'node_modules'), join(clone, 'node_modules'));
  mkdirSync(join(clone, 'src/schema'), { recursive: true });
  source('main.ts', PROGRAM);
  source('schema/0001_first.sql', 'SELECT 1;\n');
  source('schema/0002_second.sql', 'SELECT 2;\n');
  source('main.test.ts', 'this is not a program');
  expect(belfry([]).stderr).toBe('Building …\n');
});
afterAll(() => rmSync(clone, { recursive: true }));

function source(path: string, text: string): void {
  writeFileSync(join(clone, 'src', path), text);
}

function belfry(args: readonly string[], input = ''): SpawnSyncReturns<string> {
  const { UV_THREADPOOL_SIZE: _, ...env } = process.env;
  return spawnSync(process.execPath, [join(clone, 'bin/belfry.mjs'), ...args], { encoding: 'utf8', input, env });
}

it('builds the program and the SQL it reads, not the tests', () => {
  const built = readdirSync(join(clone, 'dist'), { recursive: true }).map(String);
  expect(built).toEqual(expect.arrayContaining(['main.js', join('schema', '0001_first.sql')]));
  expect(built.filter((path) => path.includes('.test.'))).toEqual([]);
});

it('passes on arguments, input, output and exit code, and says nothing of its own', () => {
  const echo = belfry(['echo', 'two words', '--json'], 'from standard input');
  expect(echo.stdout).toBe('[["echo","two words","--json"],"16"]\nfrom standard input');
  expect(echo.stderr).toBe('');
  expect(belfry(['fail']).status).toBe(3);
});

it('starts the server with the arguments given, and stops it when told to stop', async () => {
  const start = spawn(process.execPath, [join(clone, 'scripts/start.mjs'), '--quiet'], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const [line] = await once(start.stdout.setEncoding('utf8'), 'data');
  expect(line).toContain('["serve","--quiet"]');
  start.kill('SIGTERM');
  expect(await once(start, 'exit')).toEqual([5, null]);
});

it('does not run what does not compile', () => {
  source('wrong.ts', 'export const number: number = "text";\n');
  const run = belfry([]);
  expect(run).toMatchObject({ status: 1, stdout: '' });
  expect(run.stderr).toContain('src/wrong.ts');
  rmSync(join(clone, 'src/wrong.ts'));
});

it('leaves nothing behind of a source that is gone', () => {
  rmSync(join(clone, 'src/schema/0002_second.sql'));
  expect(belfry([]).status).toBe(0);
  expect(readdirSync(join(clone, 'dist/schema'))).toEqual(['0001_first.sql']);
  expect(existsSync(join(clone, 'dist/wrong.js'))).toBe(false);
});

it('waits for another set-up, and takes over from one that was killed', async () => {
  source('main.ts', `${PROGRAM}// changed\n`);
  const dead = spawnSync(process.execPath, ['-e', '']).pid;
  writeFileSync(join(clone, '.setup.lock'), String(dead));
  const both = [1, 2].map(() => spawn(process.execPath, [join(clone, 'bin/belfry.mjs')], { stdio: 'ignore' }));
  expect(await Promise.all(both.map((run) => once(run, 'exit')))).toEqual([
    [0, null],
    [0, null],
  ]);
  expect(existsSync(join(clone, '.setup.lock'))).toBe(false);
});

it('writes the fragments of the changelog into a section and removes them', () => {
  mkdirSync(join(clone, 'changelog.d'));
  const fragment = (name: string, text: string) => writeFileSync(join(clone, 'changelog.d', name), text);
  const changelog = (version: string) =>
    spawnSync(process.execPath, [join(clone, 'scripts/changelog.mjs'), version], { encoding: 'utf8' });
  fragment('README.md', 'How to.');
  fragment('import.fixed.md', 'One.\n');
  expect(changelog('next').status).toBe(1);
  expect(changelog('1.0.0').status).toBe(0);
  fragment('pages.added.md', 'Two\nlines.\n');
  expect(changelog('1.1.0').status).toBe(0);
  const text = readFileSync(join(clone, 'CHANGELOG.md'), 'utf8').replaceAll(/\(\d{4}-\d\d-\d\d\)/g, '(date)');
  expect(text).toBe(
    '# Changelog\n\n## 1.1.0 (date)\n\n### Added\n\n- Two\n  lines.\n\n## 1.0.0 (date)\n\n### Fixed\n\n- One.\n',
  );
  expect(readdirSync(join(clone, 'changelog.d'))).toEqual(['README.md']);
});
