import { clumioContract } from './clumio.ts';
import type { DialectContract } from './dialect-contract.ts';
import { nativeContract } from './native.ts';
import { umbrellaV1Contract } from './umbrella-v1.ts';
import { umbrellaV2Contract } from './umbrella-v2.ts';
import { usmAnywhereContract } from './usm-anywhere.ts';
import { usmCentralContract } from './usm-central.ts';

/** What the suite knows of each dialect. */
export const CONTRACTS: readonly DialectContract[] = [
  umbrellaV2Contract,
  umbrellaV1Contract,
  usmAnywhereContract,
  usmCentralContract,
  clumioContract,
  nativeContract,
];
