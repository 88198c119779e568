// `npm run lockfile`, after every `npm install` that changed the lockfile.
// Libraries with native code name one optional package per platform. npm leaves those out of the lockfile that the
// registry in use does not carry, or that it did not look at, and `npm ci` then refuses the lockfile. This adds them, and the hash of every
// entry that has none, as the registry says. What the registry does not carry gets the entry that its name implies, without a hash.
import { spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { fail, inRoot, say } from './root.mjs';

const SYSTEMS = ['aix', 'android', 'darwin', 'freebsd', 'linux', 'netbsd', 'openbsd', 'openharmony', 'sunos', 'win32'];
const PROCESSORS = ['arm', 'arm64', 'ia32', 'loong64', 'mips64el', 'ppc64', 'riscv64', 's390x', 'x64'];
/** What npm writes for such an entry, in its order. */
const FIELDS = ['version', 'integrity', 'cpu', 'dev', 'libc', 'license', 'optional', 'os', 'engines'];

const file = inRoot('package-lock.json');
const lock = JSON.parse(readFileSync(file, 'utf8'));
const missing = Object.entries(lock.packages).flatMap(([path, entry]) =>
  Object.entries(entry.optionalDependencies ?? {})
    .filter(([name]) => !resolves(path, name))
    .map(([name, version]) => [`node_modules/${name}`, impliedEntry(name, version, entry)]),
);
const packages = { ...lock.packages, ...Object.fromEntries(missing) };
const unhashed = Object.keys(packages).filter(
  (path) => path !== '' && !packages[path].link && !packages[path].integrity,
);
for (const path of unhashed) packages[path] = completed(path, packages[path]);
const entries = Object.entries(packages).sort(([a], [b]) => a.localeCompare(b, 'en'));
writeFileSync(file, `${JSON.stringify({ ...lock, packages: Object.fromEntries(entries) }, null, 2)}\n`);

const left = unhashed.filter((path) => !packages[path].integrity);
say(`${missing.length} platform packages and ${unhashed.length - left.length} hashes added to package-lock.json.`);
for (const path of left) say(`The registry in use does not carry ${nameOf(path)}@${packages[path].version}: no hash.`);

/** Whether the package at `path` finds `name` in its own node_modules or in one further up. */
function resolves(path, name) {
  if (lock.packages[`${path ? `${path}/` : ''}node_modules/${name}`]) return true;
  return path !== '' && resolves(path.slice(0, Math.max(0, path.lastIndexOf('node_modules/') - 1)), name);
}

function impliedEntry(name, version, parent) {
  const words = name.split(/[-/]/);
  const os = words.filter((word) => SYSTEMS.includes(word));
  const cpu = words.filter((word) => PROCESSORS.includes(word));
  if (os.length === 0 || !/^\d+\.\d+\.\d+/.test(version)) throw new Error(`${name}@${version} names no platform`);
  const libc = words.some((word) => word.startsWith('musl')) ? { libc: ['musl'] } : {};
  return { version, ...(cpu.length > 0 && { cpu }), ...(parent.dev && { dev: true }), ...libc, optional: true, os };
}

/** The entry with what the registry says about the package; unchanged where the registry does not carry it. */
function completed(path, entry) {
  const published = askRegistry(`${nameOf(path)}@${entry.version}`);
  if (published === undefined) return entry;
  const { 'dist.integrity': integrity, ...said } = published;
  if (typeof integrity !== 'string') throw new Error(`The registry names no hash for ${nameOf(path)}@${entry.version}`);
  const whole = { ...entry, ...said, integrity };
  return Object.fromEntries(FIELDS.filter((field) => whole[field] !== undefined).map((field) => [field, whole[field]]));
}

/** Through npm, which knows how to reach the registry from this machine. */
function askRegistry(spec) {
  const fields = ['version', 'os', 'cpu', 'libc', 'license', 'engines', 'dist.integrity'];
  const { status, stdout, stderr } = spawnSync('npm', ['view', '--json', spec, ...fields], { encoding: 'utf8' });
  if (status === 0 && stdout.trim() !== '') return JSON.parse(stdout);
  if (status === 0 || JSON.parse(stdout).error?.code === 'E404') return undefined;
  return fail(`npm view ${spec} failed: ${stderr}`);
}

function nameOf(path) {
  return path.slice(path.lastIndexOf('node_modules/') + 'node_modules/'.length);
}
