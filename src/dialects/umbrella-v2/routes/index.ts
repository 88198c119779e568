import type { ReportRoute } from './route.ts';
import { ACTIVITY_ROUTES } from './table-activity.ts';
import { REFERENCE_ROUTES } from './table-reference.ts';
import { REPORT_ROUTES } from './table-reports.ts';

/** Everything below a reporting prefix: the matrix of section 6. */
export const ROUTES: readonly ReportRoute[] = [...ACTIVITY_ROUTES, ...REPORT_ROUTES, ...REFERENCE_ROUTES];
