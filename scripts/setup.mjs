// What a clone needs before anything of it can run: a fit Node, the libraries, the build. Does only what is not done.
import { rmSync, writeFileSync } from 'node:fs';
import { pathToFileURL } from 'node:url';
import { build, isBuilt } from './build.mjs';
import { DEVELOPMENT, install, isInstalled, RUNTIME } from './install.mjs';
import { fail, inRoot, read, say } from './root.mjs';

const LOCK = inRoot('.setup.lock');

/** @param set RUNTIME or DEVELOPMENT */
export async function setUp(set = RUNTIME) {
  checkNode();
  if (isInstalled(set) && isBuilt()) return;
  await underLock(() => {
    if (!isInstalled(set)) install(set);
    if (!isBuilt()) build();
  });
}

async function underLock(work) {
  await takeLock();
  try {
    work();
  } finally {
    releaseLock();
  }
}

function checkNode() {
  const [major, minor] = process.versions.node.split('.').map(Number);
  if (major > 20 || (major === 20 && minor >= 19)) return;
  fail(`Belfry needs Node 20.19 or newer; this is Node ${process.versions.node} (${process.execPath}).`);
}

/** Two commands started in a fresh clone at the same moment must not install into the same folder. */
async function takeLock() {
  for (let tries = 0; ; tries += 1) {
    try {
      writeFileSync(LOCK, String(process.pid), { flag: 'wx' });
      process.once('exit', releaseLock);
      return;
    } catch (error) {
      if (error.code !== 'EEXIST') throw error;
    }
    const owner = Number(read(LOCK));
    if (owner > 0 && !isAlive(owner)) rmSync(LOCK, { force: true });
    else if (tries === 20) say(`Waiting for another set-up to finish (process ${owner}, by ${LOCK}) …`);
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

function releaseLock() {
  process.removeListener('exit', releaseLock);
  rmSync(LOCK, { force: true });
}

function isAlive(pid) {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error.code === 'EPERM';
  }
}

// As a command, before checks: the libraries they need, and no build.
if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  checkNode();
  if (!isInstalled(DEVELOPMENT)) await underLock(() => isInstalled(DEVELOPMENT) || install(DEVELOPMENT));
}
