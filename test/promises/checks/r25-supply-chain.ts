import { lockedPackages, readLockfile } from '../../../scripts/lockfile.ts';
import { WITHOUT_HASH } from '../../../scripts/lockfile-faults.ts';
import { countTests } from '../counted-tests.ts';
import type { Outcome, PromiseRun, PublicPromise } from '../promise.ts';

const TESTS = ['scripts/lockfile-faults.test.ts', 'scripts/install.int.test.ts', 'scripts/release.int.test.ts'];

export const supplyChainIsVerifiable: PublicPromise = {
  id: 'R25',
  claim: 'What is installed can be verified',
  figure: 'every package by hash, no install scripts needed, SBOM and checksums for a release',
  missing:
    'hashes of the event engine for macOS and for Linux on arm64, which the registry in use did not carry; that registry answers nothing about known weaknesses either',
  noShare: 'the tests that it counts run with the others',
  check: verifySupplyChain,
};

async function verifySupplyChain(run: PromiseRun): Promise<Outcome> {
  const packages = lockedPackages(readLockfile());
  const hashed = packages.filter(({ integrity }) => integrity !== undefined).length;
  const { passed, failed, skipped } = await countTests(run, TESTS);
  return {
    kept: hashed === packages.length && WITHOUT_HASH.length === 0 && failed === 0 && skipped === 0 && passed > 0,
    measured: `${hashed} of ${packages.length} packages by hash; ${passed} tests of install, SBOM and checksums passed, ${failed} failed`,
  };
}
