import { execFileSync, type SpawnSyncReturns, spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gunzipSync } from 'node:zlib';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { readLockfile } from './lockfile.ts';
import { missingFromSbom } from './sbom.ts';

const here = fileURLToPath(new URL('..', import.meta.url));
const root = mkdtempSync(join(tmpdir(), 'belfry-release-'));
const first = join(root, 'first');
const second = join(root, 'second');
const { version } = JSON.parse(readFileSync(join(here, 'package.json'), 'utf8'));
const PERSON = {
  GIT_AUTHOR_NAME: 'a',
  GIT_AUTHOR_EMAIL: 'a@example.org',
  GIT_COMMITTER_NAME: 'a',
  GIT_COMMITTER_EMAIL: 'a@example.org',
};

beforeAll(() => {
  for (const name of ['scripts', 'package.json', 'package-lock.json', '.gitignore', '.npmrc'])
    cpSync(join(here, name), join(first, name), { recursive: true });
  git(first, 'init', '--quiet');
  git(first, 'add', '.');
  git(first, 'commit', '--quiet', '--message=first');
  git(root, 'clone', '--quiet', first, second);
});
afterAll(() => rmSync(root, { recursive: true }));

function git(cwd: string, ...args: string[]): void {
  execFileSync('git', args, { cwd, env: { ...process.env, ...PERSON } });
}

function release(clone: string, ...args: string[]): SpawnSyncReturns<string> {
  const tsx = join(here, 'node_modules/tsx/dist/cli.mjs');
  return spawnSync(process.execPath, [tsx, join(clone, 'scripts/release.ts'), ...args], {
    encoding: 'utf8',
    cwd: clone,
  });
}

function filesOf(clone: string): Record<string, string> {
  const folder = join(clone, 'dist-release');
  return Object.fromEntries(readdirSync(folder).map((name) => [name, readFileSync(join(folder, name), 'base64')]));
}

it('writes source, bills of materials and checksums, the same bytes for the same commit', () => {
  expect(release(first, version)).toMatchObject({ status: 0, stderr: '' });
  expect(release(second, version).status).toBe(0);
  const files = filesOf(first);
  expect(Object.keys(files).sort()).toEqual(
    ['SHA256SUMS', ...['cdx.json', 'spdx.json', 'tar.gz'].map((end) => `belfry-${version}.${end}`)].sort(),
  );
  expect(filesOf(second)).toEqual(files);
  const source = gunzipSync(Buffer.from(files[`belfry-${version}.tar.gz`] as string, 'base64')).toString('latin1');
  expect(source).toContain(`belfry-${version}/package-lock.json`);
});

it('names every package that Belfry runs with, by hash, and no other', () => {
  const text = (end: string) => readFileSync(join(first, 'dist-release', `belfry-${version}.${end}`), 'utf8');
  expect(missingFromSbom('cyclonedx', text('cdx.json'), readLockfile())).toEqual([]);
  expect(missingFromSbom('spdx', text('spdx.json'), readLockfile())).toEqual([]);
  expect(text('cdx.json')).toContain('"@chdb/lib-darwin-arm64"');
  expect(text('cdx.json')).not.toContain('"vitest"');
  const lock = { packages: { ...readLockfile().packages, 'node_modules/other': { version: '1.0.0' } } };
  expect(missingFromSbom('spdx', text('spdx.json'), lock)).toEqual(['other@1.0.0 no hash']);
});

it('finds a file that was changed, added or taken away', () => {
  const folder = join(first, 'dist-release');
  const verify = () => release(second, '--verify', folder);
  expect(verify().status).toBe(0);
  writeFileSync(join(folder, `belfry-${version}.cdx.json`), '{}');
  writeFileSync(join(folder, 'more'), '');
  rmSync(join(folder, `belfry-${version}.tar.gz`));
  const { status, stderr } = verify();
  expect(status).toBe(1);
  expect(stderr.split('\n').filter(Boolean)).toEqual([
    `belfry-${version}.tar.gz is missing`,
    'more is not in SHA256SUMS',
    `belfry-${version}.cdx.json is not what SHA256SUMS says`,
  ]);
});

it('makes no release of another version, or of what is not committed', () => {
  expect(release(second, '9.9.9')).toMatchObject({ status: 1, stdout: '' });
  writeFileSync(join(second, 'new.txt'), '');
  expect(release(second, version).stderr).toContain('not committed');
});
