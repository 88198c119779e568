import type { RouteOptions } from 'fastify';
import { PROVIDER_PREFIXES, REPORT_PREFIXES } from '../../src/dialects/umbrella-v2/paths.ts';
import type { Permission } from '../../src/model/scope.ts';

/**
 * What a route asks of its caller. `public`: nothing. `key`: the key and secret of a client, for a token. `member`: any good
 * credential. `operator`: the operator's token. `administer from above`: who administers an organization above. Otherwise a credential with that permission; `link or` says that a signed link
 * will do instead.
 */
export type Access =
  | 'public'
  | 'key'
  | 'member'
  | 'operator'
  | 'administer from above'
  | Permission
  | `link or ${Permission}`;

export type Surface = 'server' | 'umbrella-v2' | 'umbrella-v1' | 'usm-anywhere' | 'usm-central' | 'clumio' | 'native';

/** Routes of one surface. Each is a method and a path below every one of the prefixes. */
interface Policy {
  readonly surface: Surface;
  readonly prefixes: readonly string[];
  readonly routes: Readonly<Partial<Record<Access, readonly string[]>>>;
}

export interface GuardedRoute {
  readonly method: string;
  readonly url: string;
  readonly surface: Surface;
  readonly access: Access;
}

const alsoWithType = (paths: readonly string[]) => paths.flatMap((path) => [path, `${path}/:type`]);

const UMBRELLA_REPORTS: Policy['routes'] = {
  'activity:read': ['', '/dns', '/proxy', '/firewall', '/intrusion', '/ip', '/amp-retrospective'].map(
    (kind) => `GET /activity${kind}`,
  ),
  'aggregates:read': [
    ...alsoWithType([
      'GET /top-identities',
      'GET /identity-distribution',
      'GET /top-destinations',
      'GET /top-categories',
      'GET /requests-by-hour',
      'GET /requests-by-timerange',
      'GET /categories-by-hour',
      'GET /categories-by-timerange',
      'GET /total-requests',
      'GET /top-threats',
      'GET /top-threat-types',
      'GET /summary',
      'GET /summaries-by-category',
      'GET /summaries-by-destination',
    ]),
    'GET /top-urls',
    'GET /top-eventtypes',
    'GET /top-dns-query-types',
    'GET /deployment-status',
    'GET /bandwidth-by-hour',
    'GET /bandwidth-by-timerange',
    'GET /top-files',
    'GET /top-ips',
    'GET /top-ips/internal',
  ],
  'rule-summaries:read': ['GET /summaries-by-rule/intrusion'],
  'reference:read': [
    'GET /applications',
    'GET /categories',
    'GET /identities',
    'POST /identities',
    'GET /identities/:id',
    'GET /threat-types',
    'GET /threat-types/:id',
    'GET /threat-names',
    'GET /threat-names/:id',
  ],
};

const UMBRELLA_PROVIDER: Policy['routes'] = {
  'reference:read': ['GET /categories'],
  'customers:read': [
    'GET /deployments',
    'GET /requests-by-hour',
    'GET /requests-by-timerange',
    'GET /requests-by-org',
    'GET /requests-by-category',
    'GET /requests-by-destination',
    'GET /category-requests-by-org',
    'GET /consoles',
    'GET /customers/downloadReportRequests',
  ],
  'customers:write': ['POST /customers/:id/securityReportRequests'],
};

const CONFIGURATION = '/reports/compliance/configurations/:configuration_id';

const CLUMIO: Policy['routes'] = {
  'reference:read': ['GET /organizational-units', 'GET /organizational-units/:id', 'GET /'],
  administer: ['POST /organizational-units', 'PATCH /organizational-units/:id', 'DELETE /organizational-units/:id'],
  'audit:read': ['GET /audit-trails'],
  'alarms:read': [
    'GET /alerts/consolidated',
    'GET /alerts/consolidated/:consolidated_alert_id',
    'GET /alerts/individual',
    'GET /alerts/individual/:individual_alert_id',
  ],
  'alarms:write': [
    'PATCH /alerts/consolidated/:consolidated_alert_id',
    'PATCH /alerts/individual/:individual_alert_id',
  ],
  'tasks:read': ['GET /tasks', 'GET /tasks/:task_id'],
  'tasks:write': ['PATCH /tasks/:task_id'],
  'reports:read': [
    'GET /reports/downloads',
    'GET /reports/compliance/configurations',
    `GET ${CONFIGURATION}`,
    `GET ${CONFIGURATION}/runs`,
  ],
  'reports:write': [
    'POST /reports/downloads',
    'POST /reports/compliance/configurations',
    `PUT ${CONFIGURATION}`,
    `DELETE ${CONFIGURATION}`,
    `POST ${CONFIGURATION}/runs`,
    `DELETE ${CONFIGURATION}/runs/:run_id`,
    `POST ${CONFIGURATION}/runs/:run_id/_notify`,
  ],
  'link or reports:read': ['GET /reports/downloads/:file', 'GET /reports/compliance/files/:run_id'],
};

const ORG = '/organizations/:slug';

const NATIVE: Policy['routes'] = {
  member: ['GET /status'],
  operator: [
    'GET /migrations',
    'GET /audit/verify',
    'GET /batches',
    'POST /batches/:number/give-up',
    'POST /batches/:number/retry',
    'POST /backups',
    'GET /backups/:id',
    'POST /peers',
    'GET /rules',
    'POST /rules/enable',
    'POST /rules/disable',
    'POST /rules/try',
    'PUT /rules/packs/:pack',
    'DELETE /rules/packs/:pack',
  ],
  'reference:read': ['GET /organizations', `GET ${ORG}`, `GET ${ORG}/settings`, `GET ${ORG}/settings/:name`],
  'administer from above': [`POST ${ORG}/move`, `PUT ${ORG}/settings/:name`, `DELETE ${ORG}/settings/:name`],
  administer: [
    'POST /organizations',
    'GET /users',
    'POST /users',
    'GET /clients',
    'POST /clients',
    'POST /clients/:id/disable',
    'POST /clients/:id/enable',
    'POST /clients/:id/reset-secret',
    'DELETE /clients/:id',
    'GET /peers',
    'DELETE /peers/:slug',
    'POST /peers/:slug/pause',
    'POST /peers/:slug/resume',
  ],
  ingest: [`POST ${ORG}/imports`],
  'activity:read': [`GET ${ORG}/imports`, `GET ${ORG}/rejects`, `GET ${ORG}/health`],
  'aggregates:read': [`GET ${ORG}/security-reports`, `GET ${ORG}/security-reports/:id`],
  'alarms:read': [
    `GET ${ORG}/alarms`,
    'GET /alarms/:id',
    `GET ${ORG}/alarms/:id`,
    `GET ${ORG}/alarms/:id/history`,
    `GET ${ORG}/alarms/:id/notes`,
    `GET ${ORG}/labels`,
    `GET ${ORG}/suppression-rules`,
  ],
  'alarms:write': [
    `PATCH ${ORG}/alarms/:id`,
    `POST ${ORG}/alarms/:id/notes`,
    `PUT ${ORG}/alarms/:id/labels/:labelId`,
    `DELETE ${ORG}/alarms/:id/labels/:labelId`,
    `POST ${ORG}/labels`,
    `PATCH ${ORG}/labels/:id`,
    `DELETE ${ORG}/labels/:id`,
    `POST ${ORG}/suppression-rules`,
    `POST ${ORG}/suppression-rules/:id/enable`,
    `POST ${ORG}/suppression-rules/:id/disable`,
    `DELETE ${ORG}/suppression-rules/:id`,
  ],
};

/** The description of each API and its page, which say nothing about any organization. */
const DOCUMENTS = [
  'umbrella-reporting-v2',
  'umbrella-reporting-v1',
  'usm-anywhere',
  'usm-central',
  'clumio',
  'belfry-v1',
].flatMap((name) =>
  ['', '/openapi.json', '/json', '/yaml', '/static/index.html', '/static/swagger-initializer.js', '/static/*'].map(
    (path) => `GET /docs/${name}${path}`,
  ),
);

/** RFC 8414: below the well-known prefix, and below the issuer. */
const metadataOf = (issuer: string) => [
  `GET /.well-known/oauth-authorization-server${issuer}`,
  `GET ${issuer}/.well-known/oauth-authorization-server`,
];

const POLICIES: readonly Policy[] = [
  {
    surface: 'server',
    prefixes: [''],
    routes: { public: ['GET /healthz', 'GET /readyz', 'GET /metrics', ...DOCUMENTS] },
  },
  {
    surface: 'umbrella-v2',
    prefixes: [''],
    routes: { public: ['GET /.well-known/oauth-authorization-server', ...metadataOf('/auth/v2')] },
  },
  { surface: 'usm-anywhere', prefixes: [''], routes: { public: metadataOf('/api/2.0/oauth') } },
  { surface: 'usm-central', prefixes: [''], routes: { public: metadataOf('/api/1.1/oauth') } },
  { surface: 'umbrella-v2', prefixes: REPORT_PREFIXES, routes: UMBRELLA_REPORTS },
  { surface: 'umbrella-v2', prefixes: PROVIDER_PREFIXES, routes: UMBRELLA_PROVIDER },
  {
    surface: 'umbrella-v2',
    prefixes: ['/auth/v2'],
    routes: {
      key: ['GET /token', 'POST /token', 'GET /oauth2/token', 'POST /oauth2/token', 'POST /revoke', 'POST /introspect'],
    },
  },
  {
    surface: 'umbrella-v1',
    prefixes: ['/v1/organizations/:organizationId'],
    routes: {
      'activity:read': ['GET /security-activity', 'GET /destinations/:destination/activity'],
      'aggregates:read': ['GET /destinations/:destination/identities'],
      'customers:read': ['GET /detailed-summary', 'GET /security-summary'],
      // Answers for destinations that cannot be read; finds nothing.
      member: ['GET /destinations/*'],
    },
  },
  {
    surface: 'usm-anywhere',
    prefixes: ['/api/2.0'],
    routes: {
      'alarms:read': ['GET /alarms', 'GET /alarms/:alarmId', 'GET /alarms/:alarmId/labels'],
      'alarms:write': ['PUT /alarms/:alarmId/labels/:labelId', 'DELETE /alarms/:alarmId/labels/:labelId'],
      'activity:read': ['GET /events', 'GET /events/:eventId'],
      key: ['POST /oauth/token', 'POST /oauth/revoke', 'POST /oauth/introspect'],
    },
  },
  {
    surface: 'usm-central',
    prefixes: ['/api/1.1'],
    routes: {
      'alarms:read': ['GET /deployments', 'GET /alarms', 'GET /alarms/:alarmId'],
      key: ['POST /oauth/token', 'POST /oauth/revoke', 'POST /oauth/introspect'],
    },
  },
  { surface: 'clumio', prefixes: ['', '/api'], routes: CLUMIO },
  { surface: 'native', prefixes: ['/belfry/v1'], routes: NATIVE },
];

/** Every route the table has. */
export function guardedRoutes(): GuardedRoute[] {
  return POLICIES.flatMap(({ surface, prefixes, routes }) =>
    Object.entries(routes).flatMap(([access, listed]) =>
      prefixes.flatMap((prefix) =>
        listed.map((route) => {
          const [method = '', path = ''] = route.split(' ');
          return { method, url: prefix + path, surface, access: access as Access };
        }),
      ),
    ),
  );
}

/** Method and path of every route of a server; HEAD goes with GET, and refusals of all other methods are no routes. */
export function mountedRoutes(routes: readonly RouteOptions[]): string[] {
  return routes.flatMap(({ method, url }) => {
    const methods = [method].flat();
    return methods.includes('TRACE') ? [] : methods.filter((one) => one !== 'HEAD').map((one) => `${one} ${url}`);
  });
}
