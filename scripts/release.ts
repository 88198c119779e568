// `npm run release -- <version>` writes the files of a release into dist-release/: the source, what it is made of, and checksums.
// `npm run release -- --verify [folder]` compares files with their checksums, as `sha256sum -c SHA256SUMS` does.
import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { CHECKSUMS, checksumFaults, writeChecksums } from './checksums.ts';
import { readLockfile } from './lockfile.ts';
import { lockfileFaults } from './lockfile-faults.ts';
import { missingFromSbom, SBOM_FORMATS, type SbomFormat, sbom } from './sbom.ts';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const FOLDER = join(ROOT, 'dist-release');

const [first = '', folder = FOLDER] = process.argv.slice(2);
if (first === '--verify') verify(folder);
else release(first);

function release(version: string): void {
  const { version: ours } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'));
  if (version !== ours) stop(`Say the version of package.json: npm run release -- ${ours}`);
  if (git('status', '--porcelain') !== '')
    stop('There are changes that are not committed: a release is made of a commit.');
  stopAtFaults(lockfileFaults(readLockfile()));
  rmSync(FOLDER, { recursive: true, force: true });
  mkdirSync(FOLDER);
  const name = `belfry-${version}`;
  const archive = ['archive', '--format=tar', `--prefix=${name}/`, 'HEAD'];
  const tar = execFileSync('git', archive, { cwd: ROOT, maxBuffer: 1 << 30 });
  writeFileSync(join(FOLDER, `${name}.tar.gz`), gzipSync(tar, { level: 9 }));
  for (const format of Object.keys(SBOM_FORMATS) as SbomFormat[]) writeSbom(format, name, version);
  writeChecksums(FOLDER);
  verify(FOLDER);
}

function writeSbom(format: SbomFormat, name: string, version: string): void {
  const time = new Date(git('log', '-1', '--format=%cI'));
  const document = sbom(format, { version, time });
  stopAtFaults(missingFromSbom(format, document, readLockfile()).map((entry) => `the ${format} SBOM lacks ${entry}`));
  writeFileSync(join(FOLDER, `${name}.${SBOM_FORMATS[format]}`), document);
}

function verify(where: string): void {
  stopAtFaults(checksumFaults(where));
  process.stdout.write(readFileSync(join(where, CHECKSUMS)));
}

function git(...args: string[]): string {
  return execFileSync('git', args, { cwd: ROOT, encoding: 'utf8' }).trim();
}

function stopAtFaults(faults: readonly string[]): void {
  if (faults.length > 0) stop(faults.join('\n'));
}

function stop(reason: string): never {
  process.stderr.write(`${reason}\n`);
  process.exit(1);
}
