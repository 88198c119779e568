import { filesIn, lookAtFile } from './backup-folder.ts';
import { MANIFEST, type Manifest, readManifest, refusal } from './manifest.ts';

export interface FileFault {
  readonly path: string;
  readonly fault: 'missing' | 'damaged' | 'additional';
}

export interface BackupVerdict {
  readonly manifest: Manifest;
  /** What is not as it was written, by path. */
  readonly faults: readonly FileFault[];
}

/**
 * Reads a backup whole and compares it with its manifest.
 *
 * @throws AppError `precondition_failed` for a folder without a manifest, or with one that cannot be read
 */
export async function verifyBackup(
  folder: string,
  progress: (file: string) => void = () => {},
): Promise<BackupVerdict> {
  const manifest = await readManifest(folder);
  const expected = new Map(manifest.files.map((file) => [file.path, file]));
  const faults: FileFault[] = [];
  for (const path of await filesIn(folder)) {
    if (path !== MANIFEST && !expected.has(path)) faults.push({ path, fault: 'additional' });
  }
  for (const { path, bytes, sha256 } of manifest.files) {
    progress(path);
    const found = await lookAtFile(folder, path);
    if (found === undefined) faults.push({ path, fault: 'missing' });
    else if (found.bytes !== bytes || found.sha256 !== sha256) faults.push({ path, fault: 'damaged' });
  }
  return { manifest, faults: faults.sort((one, other) => (one.path < other.path ? -1 : 1)) };
}

/** @throws AppError `precondition_failed` that names what is not as it was written */
export async function requireSound(folder: string, progress?: (file: string) => void): Promise<Manifest> {
  const { manifest, faults } = await verifyBackup(folder, progress);
  if (faults.length === 0) return manifest;
  const named = faults.slice(0, 5).map(({ path, fault }) => `${path} is ${fault}`);
  const more = faults.length > named.length ? [`and ${faults.length - named.length} more`] : [];
  throw refusal(`${folder} is not what was written: ${[...named, ...more].join(', ')}`);
}
