// Installs the libraries from the lockfile when they are not the ones it names. Runs before anything is installed.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { fail, inRoot, read, say } from './root.mjs';

const STAMP = inRoot('node_modules/.belfry-lockfile');

export function isInstalled() {
  const lock = lockfile();
  return read(STAMP) === hashOf(lock) || isWhatIsInstalled(JSON.parse(lock));
}

export function install() {
  say('Installing the libraries; the first time this takes a few minutes and about 850 MB.');
  const args = ['ci', '--include=dev', '--include=optional', '--no-audit', '--no-fund', '--loglevel=error'];
  // npm's own progress goes to the terminal; standard output stays free for what a command prints.
  const { status, error } = spawnSync('npm', args, { cwd: inRoot('.'), stdio: ['ignore', 2, 2] });
  if (status !== 0) fail(`npm ci failed${error ? `: ${error.message}` : ''}. Nothing was started.`);
  writeFileSync(STAMP, hashOf(lockfile()));
}

/** Whether `npm ci` or `npm install`, run by hand, put in place what the lockfile names. */
function isWhatIsInstalled(lock) {
  const record = read(inRoot('node_modules/.package-lock.json'));
  if (record === undefined) return false;
  const installed = JSON.parse(record).packages;
  const wanted = Object.keys(lock.packages[''].optionalDependencies).map((name) => `node_modules/${name}`);
  return Object.entries(lock.packages).every(([path, { version, optional, devOptional }]) => {
    // The optional packages of our packages are mostly builds for other platforms.
    if (!(path in installed)) return path === '' || ((optional || devOptional) && !wanted.includes(path));
    return installed[path].version === version && existsSync(inRoot(path));
  });
}

function lockfile() {
  return readFileSync(inRoot('package-lock.json'), 'utf8');
}

function hashOf(text) {
  return createHash('sha256').update(text).digest('hex');
}
