import type { Dialect } from '../dialect.ts';
import { usmDialect } from '../kit/usm/surface.ts';
import { ABOUT } from './document.ts';
import { ROUTES } from './routes/index.ts';

/** USM Central API 1.1. What it answers is told in README.md beside this file. */
export const usmCentral: Dialect = usmDialect({
  name: 'usm-central',
  title: 'USM Central API 1.1',
  apiVersion: '1.1',
  prefix: '/api/1.1',
  // Clients of deployments are none of Central's, nor the other way round (sections 1.2 and 7.16).
  ownClientsOnly: true,
  about: ABOUT,
  routes: ROUTES,
});
