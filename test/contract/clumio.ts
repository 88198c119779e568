import { clumioToken } from '../clumio-api.ts';
import type { World } from '../world.ts';
import type { Credential, DialectContract, Paging } from './dialect-contract.ts';

const signIn = (world: World, organization = world.organizations.branch): Promise<Credential> =>
  clumioToken(world, organization);

interface List {
  readonly _embedded: { readonly items: readonly { readonly id: string }[] };
  readonly _links: { readonly _next?: { readonly href: string } };
}

/** The branch and its office. */
const UNITS = 2;

const byLinks = (limit: number): Paging => ({
  name: `by links, ${limit} a page`,
  first: `/organizational-units?limit=${limit}`,
  next: (_path, answer) => (answer as List)._links._next?.href,
  items: (answer) => (answer as List)._embedded.items.map(({ id }) => id),
  total: UNITS,
});

/** Old clients find the next page by what follows `start=` in the link. */
const byStart: Paging = {
  ...byLinks(1),
  name: 'by what follows start=',
  next: (_path, answer) => {
    const start = (answer as List)._links._next?.href.split('start=')[1];
    return start && `/organizational-units?limit=1&start=${start}`;
  },
};

const filtered = (path: string, filter: unknown) => `${path}?filter=${encodeURIComponent(JSON.stringify(filter))}`;

function emptyList(path: string, filter: object) {
  const applied = JSON.stringify(filter);
  const self = {
    href: `${path}?limit=20&filter=${encodeURIComponent(applied)}&start=1`,
    templated: false,
    type: 'get',
  };
  return {
    _embedded: { items: [] },
    _links: { _self: self, _first: self, _last: self },
    current_count: 0,
    filter_applied: applied,
    limit: 20,
    start: '1',
    total_count: 0,
    total_pages_count: 0,
  };
}

const NO_UNITS = { name: { $contains: 'nobody is called so' } };
const NO_CONFIGURATIONS = { report_name: { $contains: 'nobody is called so' } };
const CONFIGURATIONS = '/reports/compliance/configurations';

function emptyTokenList(path: string, filter: object) {
  const applied = JSON.stringify(filter);
  const href = `${path}?limit=20&filter=${encodeURIComponent(applied)}&start=`;
  const self = { href, templated: false, type: 'get' };
  return {
    _embedded: { items: [] },
    _links: {
      _self: self,
      _first: self,
      'create-compliance-report-configuration': { href: path, templated: false, type: 'post' },
    },
    current_count: 0,
    filter_applied: applied,
    limit: 20,
    start: '',
  };
}

const NO_ENTRIES = { category: { $in: ['none'] } };

export const clumioContract: DialectContract = {
  dialect: 'clumio',
  signIn,
  wrongCredential: { authorization: `Bearer blf_${Buffer.alloc(32, 7).toString('base64url')}` },
  emptyAnswers: [
    { path: filtered('/organizational-units', NO_UNITS), empty: emptyList('/organizational-units', NO_UNITS) },
    { path: filtered(CONFIGURATIONS, NO_CONFIGURATIONS), empty: emptyTokenList(CONFIGURATIONS, NO_CONFIGURATIONS) },
    { path: filtered('/audit-trails', NO_ENTRIES), empty: emptyList('/audit-trails', NO_ENTRIES) },
  ],
  organizationPath: ({ uuid }) => `/organizational-units/${uuid}`,
  foreignStatus: 404,
  malformed: [
    '/audit-trails?limit=-1',
    '/audit-trails?limit=ten',
    '/audit-trails?start=1.5',
    '/audit-trails?filter=category',
    '/audit-trails?filter=%5B%5D',
    `/audit-trails?filter=${'%5B'.repeat(3000)}`,
    filtered('/audit-trails', { colour: { $eq: 'red' } }),
    filtered('/audit-trails', { __proto__x: { $eq: 1 }, category: { $in: ['a'] } }),
    filtered('/audit-trails', { category: { $eq: 'policy' } }),
    filtered('/audit-trails', { category: { $in: 'policy' } }),
    filtered('/audit-trails', { category: 'policy' }),
    filtered('/audit-trails', { start_timestamp: { $gte: 'yesterday' } }),
    filtered('/audit-trails', { start_timestamp: { $eq: -1 } }),
    filtered('/audit-trails', { user_email: { $in: ['a\0b'] } }),
    filtered('/audit-trails', { ['x'.repeat(10_000)]: { $eq: 1 } }),
    '/organizational-units/00000000-0000-0000-0000-000000000000?embed=everything',
    `${CONFIGURATIONS}?start=2`,
    `${CONFIGURATIONS}?limit=-1`,
    filtered(CONFIGURATIONS, { report_name: { $eq: 'x' } }),
    '/alerts/individual?sort=notes',
    '/alerts/individual?start=x',
    filtered('/alerts/individual', { 'parent_entity.id': { $eq: 'alone' } }),
    filtered('/alerts/consolidated', { raised_timestamp: { $gte: 'yesterday' } }),
  ],
  unknownPath: '/audit-trails/1',
  wrongMethods: [
    { method: 'POST', path: '/audit-trails', allow: 'GET, HEAD' },
    { method: 'PUT', path: '/organizational-units', allow: 'GET, HEAD, POST' },
    { method: 'POST', path: '/organizational-units/1', allow: 'GET, HEAD, PATCH, DELETE' },
    { method: 'DELETE', path: CONFIGURATIONS, allow: 'GET, HEAD, POST' },
    { method: 'PATCH', path: `${CONFIGURATIONS}/1`, allow: 'GET, HEAD, PUT, DELETE' },
    { method: 'POST', path: '/alerts/individual/1', allow: 'GET, HEAD, PATCH' },
    { method: 'DELETE', path: '/', allow: 'GET, HEAD' },
  ],
  limitedPath: '/organizational-units',
  pagings: [byLinks(1), byLinks(7), byStart],
  describedPaths: [
    '/',
    '/alerts/consolidated',
    '/alerts/individual',
    '/audit-trails',
    '/organizational-units',
    '/organizational-units/00000000-0000-0000-0000-000000000000',
    CONFIGURATIONS,
  ],
};
