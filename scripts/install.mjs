// Installs the libraries from the lockfile when they are not the ones it names. Runs before anything is installed.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { fail, inRoot, read, say } from './root.mjs';

/** What Belfry needs to be built and to run. */
export const RUNTIME = 'runtime';
/** The same, and what tests and checks need. */
export const DEVELOPMENT = 'development';

/** npm's own record of what it installed, written when everything is in place. */
const RECORD = inRoot('node_modules/.package-lock.json');
const STAMP = inRoot('node_modules/.belfry-lockfile');
const UNFINISHED = inRoot('node_modules/.belfry-unfinished');

/** @param set RUNTIME or DEVELOPMENT */
export function isInstalled(set) {
  if (existsSync(UNFINISHED) || !existsSync(RECORD)) return false;
  const lock = readLockfile();
  return isStamped(set, lock) || isWhatIsInstalled(set, JSON.parse(lock));
}

export function install(wanted) {
  // A changed lockfile does not take the development packages away from a clone that has them.
  const set = hasDevelopmentPackages() ? DEVELOPMENT : wanted;
  const isAddition = isInstalled(RUNTIME);
  if (isAddition) beginAddition();
  else beginAnew();
  say(isAddition ? 'Adding the libraries that tests and checks need: about 250 MB.' : whatIsInstalled(set));
  warnOfMissingHashes();
  // npm's own progress goes to the terminal; standard output stays free for what a command prints.
  const { status, error } = spawnSync('npm', npmArguments(set, isAddition), {
    cwd: inRoot('.'),
    stdio: ['ignore', 2, 2],
  });
  if (status !== 0) fail(`npm could not install${error ? `: ${error.message}` : ''}. Nothing was started.`);
  rmSync(UNFINISHED, { force: true });
  writeFileSync(STAMP, `${set} ${hashOf(readLockfile())}`);
  keepRecordValid();
}

/** The Dockerfile installs with the same options. A test compares them. */
function npmArguments(set, isAddition) {
  const packages = set === DEVELOPMENT ? '--include=dev' : '--omit=dev';
  const options = [packages, '--include=optional', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error'];
  return isAddition ? ['install', '--no-save', ...options] : ['ci', ...options];
}

/** `npm ci` would remove everything first, also from under a server that runs from this clone. */
function beginAddition() {
  writeFileSync(UNFINISHED, '');
  keepRecordValid();
}

function beginAnew() {
  for (const file of [STAMP, RECORD, UNFINISHED]) rmSync(file, { force: true });
}

/** npm believes its record only where nothing in node_modules is newer, our own files included. */
function keepRecordValid() {
  if (existsSync(RECORD)) utimesSync(RECORD, new Date(), new Date());
}

function whatIsInstalled(set) {
  const size = set === DEVELOPMENT ? '900 MB' : '650 MB';
  return `Installing the libraries; the first time this takes a few minutes and about ${size}.`;
}

function isStamped(set, lock) {
  const [stamped, hash] = (read(STAMP) ?? '').split(' ');
  return hash === hashOf(lock) && [set, DEVELOPMENT].includes(stamped);
}

/** Whether `npm ci` or `npm install`, run by hand, put in place what the lockfile names. */
function isWhatIsInstalled(set, lock) {
  const installed = recordedPackages();
  const wanted = Object.keys(lock.packages[''].optionalDependencies).map((name) => `node_modules/${name}`);
  return Object.entries(lock.packages).every(([path, { version, dev, optional, devOptional }]) => {
    if (path === '' || (dev && set === RUNTIME)) return true;
    // The optional packages of our packages are mostly builds for other platforms.
    if (!(path in installed)) return (optional || devOptional) && !wanted.includes(path);
    return installed[path].version === version && existsSync(inRoot(path));
  });
}

function hasDevelopmentPackages() {
  return Object.values(recordedPackages()).some(({ dev }) => dev);
}

function recordedPackages() {
  return JSON.parse(read(RECORD) ?? '{"packages":{}}').packages;
}

/** Only what this platform installs: the others never reach it. */
function warnOfMissingHashes() {
  const unhashed = Object.entries(JSON.parse(readLockfile()).packages).filter(
    ([path, { integrity, os, cpu }]) =>
      path !== '' && !integrity && (os ?? []).includes(process.platform) && (cpu ?? []).includes(process.arch),
  );
  for (const [path, { version }] of unhashed)
    say(
      `package-lock.json has no hash of ${path.slice('node_modules/'.length)} ${version}: npm trusts the registry's.`,
    );
}

function readLockfile() {
  return readFileSync(inRoot('package-lock.json'), 'utf8');
}

function hashOf(text) {
  return createHash('sha256').update(text).digest('hex');
}
