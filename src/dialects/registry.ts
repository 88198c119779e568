import { clumio } from './clumio/index.ts';
import type { Dialect } from './dialect.ts';
import { native } from './native/index.ts';
import { umbrellaV1 } from './umbrella-v1/index.ts';
import { umbrellaV2 } from './umbrella-v2/index.ts';
import { usmAnywhere } from './usm-anywhere/index.ts';
import { usmCentral } from './usm-central/index.ts';

/** The vendors' APIs. One line each. */
const VENDORS: readonly Dialect[] = [umbrellaV2, umbrellaV1, usmAnywhere, usmCentral, clumio];

/** Belfry's own, which the command line and the console speak. */
export const OWN_DIALECT: Dialect = native(VENDORS);

/** Every surface the server speaks: the vendors' and our own. */
export const DIALECTS: readonly Dialect[] = [...VENDORS, OWN_DIALECT];
