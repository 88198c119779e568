import type { Dialect } from '../dialect.ts';
import { usmDialect } from '../kit/usm/surface.ts';
import { ABOUT } from './document.ts';
import { ROUTES } from './routes/index.ts';

/** USM Anywhere API 2.0. What it answers is told in README.md beside this file. */
export const usmAnywhere: Dialect = usmDialect({
  name: 'usm-anywhere',
  title: 'USM Anywhere API 2.0',
  apiVersion: '2.0',
  prefix: '/api/2.0',
  ownClientsOnly: false,
  about: ABOUT,
  routes: ROUTES,
});
