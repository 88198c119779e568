import { CONSOLE_ROUTES } from './console.ts';
import { DESTINATION_ROUTES } from './destinations.ts';
import type { V1Route } from './route.ts';
import { securityActivity } from './security-activity.ts';

/** Everything below an organization. */
export const ROUTES: readonly V1Route[] = [securityActivity, ...DESTINATION_ROUTES, ...CONSOLE_ROUTES];
