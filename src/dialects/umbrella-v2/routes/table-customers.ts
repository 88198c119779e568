import type { ReportRoute } from './route.ts';

/** Section 8: consoles, and what is told of single customers. */
export const CUSTOMER_ROUTES: readonly ReportRoute[] = [];
