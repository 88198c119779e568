import { type Lockfile, lockedPackages } from './lockfile.ts';

/**
 * Builds of the event engine for platforms other than Linux on x64, which the registry in use when the lockfile was made did not carry.
 * `npm run lockfile` adds their hashes where the registry has them; then they are to be removed here.
 */
export const WITHOUT_HASH: readonly string[] = [
  '@chdb/lib-darwin-arm64@26.7.3-stable.1',
  '@chdb/lib-darwin-x64@26.7.3-stable.1',
  '@chdb/lib-linux-arm64-gnu@26.7.3-stable.1',
];

/**
 * What keeps an install from being the same everywhere: packages without a SHA-512 hash, and packages with an address, which is that of
 * one registry.
 *
 * @param exceptions packages that may lack a hash, as name@version; one that has a hash, or is not there, is a fault
 */
export function lockfileFaults(lock: Lockfile, exceptions: readonly string[] = WITHOUT_HASH): string[] {
  const packages = lockedPackages(lock).map((entry) => ({ ...entry, id: `${entry.name}@${entry.version}` }));
  const unhashed = new Set(packages.filter(({ integrity }) => !isSha512(integrity)).map(({ id }) => id));
  return [
    ...[...unhashed].filter((id) => !exceptions.includes(id)).map((id) => `${id} has no SHA-512 hash`),
    ...exceptions.filter((id) => !unhashed.has(id)).map((id) => `${id} is an exception, and no package without a hash`),
    ...packages.flatMap(({ id, resolved }) => (resolved === undefined ? [] : [`${id} names an address: ${resolved}`])),
  ];
}

function isSha512(integrity: string | undefined): boolean {
  const [algorithm, digest = ''] = (integrity ?? '').split('-');
  return algorithm === 'sha512' && Buffer.from(digest, 'base64').length === 64;
}
