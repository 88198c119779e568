// `npm run lint:lockfile`: package-lock.json pins every package by hash and names no address.
import { readLockfile } from './lockfile.ts';
import { lockfileFaults } from './lockfile-faults.ts';

const faults = lockfileFaults(readLockfile());
for (const fault of faults) console.error(`package-lock.json: ${fault}`);
if (faults.length > 0) {
  console.error('`npm run lockfile` adds hashes; .npmrc keeps addresses out.');
  process.exitCode = 1;
}
