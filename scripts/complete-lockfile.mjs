// `npm run lockfile`, after every `npm install` that changed the lockfile.
// Libraries with native code name one optional package per platform. npm leaves those out of the lockfile that the
// registry in use does not carry, and `npm ci` then refuses the lockfile. Their names say everything an entry needs.
import { readFileSync, writeFileSync } from 'node:fs';
import { inRoot, say } from './root.mjs';

const SYSTEMS = ['aix', 'android', 'darwin', 'freebsd', 'linux', 'netbsd', 'openbsd', 'openharmony', 'sunos', 'win32'];
const PROCESSORS = ['arm', 'arm64', 'ia32', 'loong64', 'mips64el', 'ppc64', 'riscv64', 's390x', 'x64'];

const file = inRoot('package-lock.json');
const lock = JSON.parse(readFileSync(file, 'utf8'));
const missing = Object.entries(lock.packages).flatMap(([path, entry]) =>
  Object.entries(entry.optionalDependencies ?? {})
    .filter(([name]) => !resolves(path, name))
    .map(([name, version]) => [`node_modules/${name}`, platformEntry(name, version, entry)]),
);
const entries = Object.entries({ ...lock.packages, ...Object.fromEntries(missing) });
lock.packages = Object.fromEntries(entries.sort(([a], [b]) => a.localeCompare(b, 'en')));
writeFileSync(file, `${JSON.stringify(lock, null, 2)}\n`);
say(`${missing.length} platform packages added to package-lock.json.`);

/** Whether the package at `path` finds `name` in its own node_modules or in one further up. */
function resolves(path, name) {
  if (lock.packages[`${path ? `${path}/` : ''}node_modules/${name}`]) return true;
  return path !== '' && resolves(path.slice(0, Math.max(0, path.lastIndexOf('node_modules/') - 1)), name);
}

function platformEntry(name, version, parent) {
  const words = name.split(/[-/]/);
  const os = words.filter((word) => SYSTEMS.includes(word));
  const cpu = words.filter((word) => PROCESSORS.includes(word));
  if (os.length === 0 || !/^\d+\.\d+\.\d+/.test(version)) throw new Error(`${name}@${version} names no platform`);
  const libc = words.some((word) => word.startsWith('musl')) ? { libc: ['musl'] } : {};
  return { version, ...(cpu.length > 0 && { cpu }), ...(parent.dev && { dev: true }), ...libc, optional: true, os };
}
