// Compiles src/ to dist/ and copies what is read at run time as it is: SQL, and the script of a worker thread.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { copyFileSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { pathToFileURL } from 'node:url';
import { fail, inRoot, read, say } from './root.mjs';

const SOURCE = inRoot('src');
const OUTPUT = inRoot('dist');
const STAMP = inRoot('dist/.sources');
const SETTINGS = ['tsconfig.json', 'tsconfig.build.json', 'package-lock.json', 'scripts/build.mjs'];

export function isBuilt() {
  return read(STAMP) === fingerprint(sourceFiles());
}

export function build() {
  say('Building …');
  rmSync(STAMP, { force: true });
  removeOrphans();
  const sources = sourceFiles();
  compile();
  copyAssets(sources);
  writeFileSync(STAMP, fingerprint(sources));
}

function sourceFiles() {
  const files = readdirSync(SOURCE, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  const paths = files.map((entry) => join(entry.parentPath, entry.name));
  return paths.filter((path) => !path.endsWith('.test.ts')).sort();
}

function fingerprint(sources) {
  const hash = createHash('sha256');
  for (const file of [...sources, ...SETTINGS.map(inRoot)])
    hash.update(relative(SOURCE, file)).update('\0').update(readFileSync(file)).update('\0');
  return hash.digest('hex');
}

/** Removes what was built from sources that are gone: a deleted migration must not run. */
function removeOrphans() {
  if (!existsSync(OUTPUT)) return;
  for (const path of readdirSync(OUTPUT, { recursive: true })) {
    const source = join(SOURCE, path.replace(/\.js(\.map)?$/, '.ts'));
    if (/\.(js|js\.map|mjs|sql)$/.test(path) && !existsSync(source)) rmSync(join(OUTPUT, path));
  }
}

function compile() {
  const compiler = inRoot('node_modules/typescript/bin/tsc');
  const args = [compiler, '-p', inRoot('tsconfig.build.json')];
  const { status } = spawnSync(process.execPath, args, { stdio: ['ignore', 2, 2] });
  if (status !== 0) fail('The build failed. Nothing was started.');
}

function copyAssets(sources) {
  for (const path of sources.filter((source) => /\.(sql|mjs)$/.test(source))) {
    const target = join(OUTPUT, relative(SOURCE, path));
    mkdirSync(dirname(target), { recursive: true });
    copyFileSync(path, target);
  }
}

// As a command: `npm run build`.
if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) build();
