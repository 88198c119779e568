import { type SpawnSyncReturns, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeEach, expect, it } from 'vitest';

// A clone whose libraries are two small packages beside it, so that npm needs no registry: one to run with, one for tests.
const root = mkdtempSync(join(tmpdir(), 'belfry-install-'));
const clone = join(root, 'clone');
const here = fileURLToPath(new URL('..', import.meta.url));
const OFFLINE = { npm_config_offline: 'true', npm_config_cache: join(root, 'cache') };
const runs = (file: string) => `${process.execPath} -e "require('fs').writeFileSync('${join(root, file)}','')"`;

pack('engine', { scripts: { install: runs('engine-ran'), postinstall: runs('engine-ran') } });
pack('checker', {});
afterAll(() => rmSync(root, { recursive: true }));

beforeEach(() => {
  rmSync(clone, { recursive: true, force: true });
  cpSync(join(here, 'scripts'), join(clone, 'scripts'), { recursive: true });
  for (const name of ['engine', 'checker']) cpSync(join(root, `${name}-1.0.0.tgz`), join(clone, `${name}.tgz`));
  const manifest = {
    name: 'belfry',
    version: '1.0.0',
    dependencies: { engine: 'file:engine.tgz' },
    optionalDependencies: {},
    devDependencies: { checker: 'file:checker.tgz' },
  };
  writeFileSync(join(clone, 'package.json'), JSON.stringify(manifest));
  npm(clone, 'install', '--package-lock-only', '--ignore-scripts');
  // What a package without optional dependencies does not say, ours does.
  const file = join(clone, 'package-lock.json');
  const lock = JSON.parse(readFileSync(file, 'utf8'));
  lock.packages[''].optionalDependencies = {};
  writeFileSync(file, JSON.stringify(lock));
});

function pack(name: string, more: object): void {
  const folder = join(root, name);
  mkdirSync(folder);
  writeFileSync(join(folder, 'package.json'), JSON.stringify({ name, version: '1.0.0', ...more }));
  writeFileSync(join(folder, 'index.js'), '');
  npm(root, 'pack', `./${name}`);
}

function npm(cwd: string, ...args: string[]): void {
  const { status, stderr } = spawnSync('npm', args, { cwd, encoding: 'utf8', env: { ...process.env, ...OFFLINE } });
  expect(stderr).not.toContain('npm error');
  expect(status).toBe(0);
}

/** As `npm start` does it, or `npm test`. */
function install(set: 'runtime' | 'development', env: NodeJS.ProcessEnv = {}): SpawnSyncReturns<string> {
  const work = `import('./scripts/install.mjs').then((m) => m.isInstalled('${set}') || m.install('${set}'))`;
  const options = { cwd: clone, encoding: 'utf8', env: { ...process.env, ...OFFLINE, ...env } } as const;
  return spawnSync(process.execPath, ['-e', work], options);
}

const has = (path: string) => existsSync(join(clone, 'node_modules', path));
const inode = (path: string) => statSync(join(clone, 'node_modules', path)).ino;

it('installs what is run with, and runs nothing that packages bring', () => {
  expect(install('runtime').status).toBe(0);
  expect([has('engine/index.js'), has('checker')]).toEqual([true, false]);
  expect(existsSync(join(root, 'engine-ran'))).toBe(false);
  expect(install('runtime').stderr).toBe('');
});

it('adds what tests need and leaves the rest in place', () => {
  install('runtime');
  const before = [inode('engine/index.js'), readFileSync(join(clone, 'package-lock.json'), 'utf8')];
  expect(install('development').status).toBe(0);
  expect(has('checker/index.js')).toBe(true);
  expect([inode('engine/index.js'), readFileSync(join(clone, 'package-lock.json'), 'utf8')]).toEqual(before);
  for (const set of ['runtime', 'development'] as const) expect(install(set).stderr).toBe('');
  expect(existsSync(join(root, 'engine-ran'))).toBe(false);
});

it('knows what npm installed by hand, and keeps it when the lockfile changes', () => {
  npm(clone, 'ci', '--ignore-scripts');
  for (const set of ['runtime', 'development'] as const) expect(install(set).stderr).toBe('');
  rmSync(join(clone, 'node_modules/engine'), { recursive: true });
  expect(install('runtime').status).toBe(0);
  expect([has('engine/index.js'), has('checker/index.js')]).toEqual([true, true]);
});

it('does again what was cut off', () => {
  // In the place of npm: it takes a file away and kills the set-up that called it.
  mkdirSync(join(root, 'bin'), { recursive: true });
  const killer = '#!/bin/sh\nrm -f node_modules/engine/index.js node_modules/checker/index.js\nkill -9 $PPID\n';
  writeFileSync(join(root, 'bin/npm'), killer, { mode: 0o755 });
  const cutOff = { PATH: `${join(root, 'bin')}:${process.env.PATH}` };
  install('runtime');
  for (const set of ['development', 'runtime'] as const) {
    expect(install('development', cutOff).signal).toBe('SIGKILL');
    expect(has('engine/index.js')).toBe(false);
    expect(install(set).status).toBe(0);
    expect([has('engine/index.js'), has('checker/index.js')]).toEqual([true, set === 'development']);
    rmSync(join(clone, 'node_modules'), { recursive: true });
    install('runtime');
  }
});

it('lets two at once wait for each other', async () => {
  const set = () => spawn(process.execPath, ['scripts/setup.mjs'], { cwd: clone, env: { ...process.env, ...OFFLINE } });
  const both = [set(), set()];
  const said = both.map((run) => run.stderr.toArray().then((chunks) => Buffer.concat(chunks).toString()));
  expect(await Promise.all(both.map((run) => once(run, 'exit')))).toEqual([
    [0, null],
    [0, null],
  ]);
  expect((await Promise.all(said)).filter((text) => text.includes('Installing the libraries'))).toHaveLength(1);
  expect(has('checker/index.js')).toBe(true);
});

it('installs in an image as in a clone', () => {
  const dockerfile = readFileSync(join(here, 'Dockerfile'), 'utf8');
  const source = readFileSync(join(here, 'scripts/install.mjs'), 'utf8');
  const options = ['--omit=dev', '--include=optional', '--ignore-scripts', '--no-audit', '--no-fund'];
  const installs = dockerfile.split('\n').filter((line) => line.includes('npm ci'));
  expect(installs).toEqual([expect.stringContaining(`npm ci ${options.join(' ')}`)]);
  for (const option of options) expect(source).toContain(`'${option}'`);
});
