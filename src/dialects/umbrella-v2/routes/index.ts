import type { ReportRoute } from './route.ts';
import { ACTIVITY_ROUTES } from './table-activity.ts';
import { CUSTOMER_ROUTES } from './table-customers.ts';
import { PROVIDER_REPORT_ROUTES } from './table-provider.ts';
import { REFERENCE_ROUTES } from './table-reference.ts';
import { REPORT_ROUTES } from './table-reports.ts';

/** Everything below a reporting prefix, about one organization: the matrix of section 6. */
export const ROUTES: readonly ReportRoute[] = [...ACTIVITY_ROUTES, ...REPORT_ROUTES, ...REFERENCE_ROUTES];

/** Everything below a provider prefix, about all that stands below one organization: section 8. */
export const PROVIDER_ROUTES: readonly ReportRoute[] = [...PROVIDER_REPORT_ROUTES, ...CUSTOMER_ROUTES];
