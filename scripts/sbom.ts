import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type LockedPackage, type Lockfile, lockedPackages, readLockfile } from './lockfile.ts';

/** Formats of a software bill of materials, by npm's names, with the ends of their files' names. */
export const SBOM_FORMATS = { cyclonedx: 'cdx.json', spdx: 'spdx.json' } as const;
export type SbomFormat = keyof typeof SBOM_FORMATS;

export interface Release {
  readonly version: string;
  /** Of the commit: the same commit gives the same bytes. */
  readonly time: Date;
}

interface CycloneDx {
  serialNumber?: string;
  metadata: { timestamp: string };
  components: { name: string; version: string; hashes?: { alg: string; content: string }[] }[];
}

interface Spdx {
  documentNamespace: string;
  creationInfo: { created: string };
  packages: { name: string; versionInfo: string; checksums?: { algorithm: string; checksumValue: string }[] }[];
}

/** The packages that Belfry is built and run with, on every platform, as npm lists them from the lockfile. */
export function sbom(format: SbomFormat, release: Release): string {
  const document = JSON.parse(npmSbom(format));
  if (format === 'cyclonedx') fixCycloneDx(document, release);
  else fixSpdx(document, release);
  return `${JSON.stringify(document, null, 2)}\n`;
}

/**
 * From a copy of the lockfile without development packages: `npm sbom --omit=dev` (npm 11.19) leaves out packages that we run with
 * where development packages need them as well.
 */
function npmSbom(format: SbomFormat): string {
  const parent = mkdtempSync(join(tmpdir(), 'belfry-sbom-'));
  // npm takes the name from the folder.
  const folder = join(parent, 'belfry');
  try {
    mkdirSync(folder);
    const lock = withoutDevelopment(readLockfile());
    const manifest = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8'));
    writeFileSync(join(folder, 'package-lock.json'), JSON.stringify(lock));
    writeFileSync(join(folder, 'package.json'), JSON.stringify({ ...manifest, devDependencies: {} }));
    const args = ['sbom', '--package-lock-only', `--sbom-format=${format}`];
    const { status, stdout, stderr } = spawnSync('npm', args, { cwd: folder, encoding: 'utf8', maxBuffer: 64 << 20 });
    if (status !== 0) throw new Error(`npm sbom failed: ${stderr}`);
    return stdout;
  } finally {
    rmSync(parent, { recursive: true });
  }
}

function withoutDevelopment(lock: Lockfile): Lockfile {
  const { '': own, ...others } = lock.packages;
  const kept = Object.entries(others).filter(([, { dev }]) => !dev);
  return { ...lock, packages: { '': { ...own, devDependencies: {} } as LockedPackage, ...Object.fromEntries(kept) } };
}

/** npm puts in the time and a random number. */
function fixCycloneDx(document: CycloneDx, release: Release): void {
  delete document.serialNumber;
  document.metadata.timestamp = release.time.toISOString();
  document.serialNumber = `urn:uuid:${uuidOf(JSON.stringify(document))}`;
}

function fixSpdx(document: Spdx, release: Release): void {
  document.creationInfo.created = release.time.toISOString().replace(/\.\d+Z$/, 'Z');
  document.documentNamespace = '';
  const uuid = uuidOf(JSON.stringify(document));
  document.documentNamespace = `http://spdx.org/spdxdocs/belfry-${release.version}-${uuid}`;
}

/** A UUID of version 8 (RFC 9562), made from a SHA-256 hash. */
function uuidOf(text: string): string {
  const bytes = createHash('sha256').update(text).digest().subarray(0, 16);
  bytes[6] = ((bytes[6] as number) & 0x0f) | 0x80;
  bytes[8] = ((bytes[8] as number) & 0x3f) | 0x80;
  return bytes.toString('hex').replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-');
}

/** What the lockfile has and the document lacks: packages, or their hashes. */
export function missingFromSbom(format: SbomFormat, document: string, lock: Lockfile): string[] {
  const named = new Set(format === 'cyclonedx' ? cycloneDxEntries(document) : spdxEntries(document));
  return lockedPackages(lock)
    .filter(({ dev }) => !dev)
    .map(
      ({ name, version, integrity }) => `${name}@${version} ${integrity === undefined ? 'no hash' : hexOf(integrity)}`,
    )
    .filter((entry) => !named.has(entry));
}

function cycloneDxEntries(text: string): string[] {
  const document: CycloneDx = JSON.parse(text);
  return document.components.map(
    ({ name, version, hashes }) => `${name}@${version} ${hashes?.[0]?.content ?? 'no hash'}`,
  );
}

function spdxEntries(text: string): string[] {
  const document: Spdx = JSON.parse(text);
  return document.packages.map(
    ({ name, versionInfo, checksums }) => `${name}@${versionInfo} ${checksums?.[0]?.checksumValue ?? 'no hash'}`,
  );
}

function hexOf(integrity: string): string {
  return Buffer.from(integrity.slice(integrity.indexOf('-') + 1), 'base64').toString('hex');
}
