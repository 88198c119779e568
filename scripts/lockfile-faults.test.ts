import { expect, it } from 'vitest';
import { readLockfile } from './lockfile.ts';
import { lockfileFaults } from './lockfile-faults.ts';

const HASH = `sha512-${Buffer.alloc(64).toString('base64')}`;
const lockOf = (entry: object) => ({
  packages: { '': { version: '1.0.0' }, 'node_modules/a': { version: '2.0.0', ...entry } },
});

it('finds every package of our lockfile pinned by hash, without an address', () => {
  expect(lockfileFaults(readLockfile())).toEqual([]);
});

it('names packages without a hash, or with a weak or damaged one', () => {
  const fault = ['a@2.0.0 has no SHA-512 hash'];
  expect(lockfileFaults(lockOf({}), [])).toEqual(fault);
  expect(lockfileFaults(lockOf({ integrity: `sha1-${Buffer.alloc(20).toString('base64')}` }), [])).toEqual(fault);
  expect(lockfileFaults(lockOf({ integrity: 'sha512-AAAA' }), [])).toEqual(fault);
  expect(lockfileFaults(lockOf({ integrity: HASH }), [])).toEqual([]);
});

it('accepts an exception for one version, while it is needed', () => {
  expect(lockfileFaults(lockOf({}), ['a@2.0.0'])).toEqual([]);
  expect(lockfileFaults(lockOf({}), ['a@1.0.0'])).toHaveLength(2);
  expect(lockfileFaults(lockOf({ integrity: HASH }), ['a@2.0.0'])).toHaveLength(1);
});

it('names packages with an address', () => {
  const address = 'https://registry.example/a/-/a-2.0.0.tgz';
  expect(lockfileFaults(lockOf({ integrity: HASH, resolved: address }), [])).toEqual([
    `a@2.0.0 names an address: ${address}`,
  ]);
});
