import type { PublicPromise } from '../promise.ts';

export const supplyChainIsVerifiable: PublicPromise = {
  id: 'R25',
  claim: 'What is installed can be verified',
  figure: 'every package by hash, no install scripts needed, SBOM and checksums for a release',
  missing: 'nothing measures it yet',
};
