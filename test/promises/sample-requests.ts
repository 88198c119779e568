import type { InjectOptions } from 'fastify';
import { BACKUP_CONTROL } from '../compliance-flow.ts';
import type { GuardedRoute } from './route-policies.ts';

/** Ids of one organization and of what it has, for the places of paths and bodies that take one. */
export interface Ids {
  readonly number: number | string;
  readonly slug: string;
  readonly uuid: string;
  readonly alarm: string;
  readonly event: string;
  readonly label: string;
  readonly suppressionRule: string;
  readonly client: string;
  readonly identity: number | string;
  readonly report: string;
  readonly task: string;
  readonly configuration: string;
  readonly run: string;
  readonly individualAlert: string;
  readonly consolidatedAlert: string;
  readonly securityReport: string;
  readonly cursor: string;
}

/** What stands for each parameter of a path, where it does not depend on the rest of the path. */
const PLACES: Readonly<Record<string, (ids: Ids) => string | number>> = {
  organizationId: ({ number }) => number,
  slug: ({ slug }) => slug,
  alarmId: ({ alarm }) => alarm,
  eventId: ({ event }) => event,
  labelId: ({ label }) => label,
  file: ({ report }) => report,
  task_id: ({ task }) => task,
  configuration_id: ({ configuration }) => configuration,
  run_id: ({ run }) => run,
  individual_alert_id: ({ individualAlert }) => individualAlert,
  consolidated_alert_id: ({ consolidatedAlert }) => consolidatedAlert,
  destination: () => 'shared.example',
  type: () => 'dns',
  name: () => 'timezone',
  pack: () => 'none',
  number: () => '999999',
  '*': () => 'http://x/activity',
};

/** What `:id` is, by what stands before it. */
const IDS: Readonly<Record<string, (ids: Ids) => string | number>> = {
  identities: ({ identity }) => identity,
  'threat-types': () => 'Trojan',
  'threat-names': () => 'Emotet',
  customers: ({ number }) => number,
  'organizational-units': ({ uuid }) => uuid,
  clients: ({ client }) => client,
  'security-reports': ({ securityReport }) => securityReport,
  backups: () => '00000000-0000-4000-8000-000000000000',
  alarms: ({ alarm }) => alarm,
  labels: ({ label }) => label,
  'suppression-rules': ({ suppressionRule }) => suppressionRule,
};

const CONFIGURATION = { name: 'sample', parameter: { controls: BACKUP_CONTROL } };

/** A body that each route takes, by method and the end of its path. */
const BODIES: readonly (readonly [RegExp, (ids: Ids) => unknown])[] = [
  [/^POST .*\/v2.*\/identities$|^POST \/organizations\/.*\/identities$/, (ids) => ({ identityids: [ids.identity] })],
  [
    /securityReportRequests$/,
    () => ({ start_date: '2026-01-15', end_date: '2026-01-16', email: 'boss@provider.example' }),
  ],
  [/^POST .*\/organizational-units$/, ({ uuid }) => ({ name: 'sample', parent_id: uuid })],
  [/^PATCH .*\/organizational-units/, () => ({ description: 'sample' })],
  [/^PATCH .*\/alerts\//, () => ({ notes: 'sample' })],
  [/^PATCH .*\/tasks\//, () => ({ status: 'aborted' })],
  [
    /^POST .*\/reports\/downloads$/,
    ({ uuid }) => ({ type: 'activity', file_name: 'sample', filter: JSON.stringify({ organizational_unit_id: uuid }) }),
  ],
  [/(POST|PUT) .*\/configurations(\/:configuration_id)?$/, () => CONFIGURATION],
  [/\/runs$/, () => ({ name: 'sample' })],
  [/_notify$/, () => ({ email_list: ['boss@provider.example'] })],
  [/^POST \/belfry\/v1\/organizations$/, ({ slug }) => ({ slug: 'sample', name: 'sample', parent: slug })],
  [/\/move$/, ({ slug }) => ({ parent: slug })],
  [/settings\/:name$/, () => ({ value: 'Europe/Berlin' })],
  [
    /v1\/users$/,
    ({ slug }) => ({
      email: 'sample@sample.example',
      name: 'sample',
      role: 'viewer',
      organization: slug,
      password: 'a password for tests',
    }),
  ],
  [/v1\/clients$/, ({ slug }) => ({ organization: slug, name: 'sample' })],
  [/v1\/backups$/, () => ({ folder: 'not/absolute' })],
  [/v1\/peers$/, ({ slug }) => ({ organization: slug, url: 'no address', clientId: 'sample', clientSecret: 'sample' })],
  [/rules\/(en|dis)able$/, () => ({ ids: ['none'] })],
  [/rules\/try$/, () => ({ id: 'none' })],
  [/rules\/packs/, () => ({ files: [{ name: 'none.yml', text: 'none' }] })],
  [/^PATCH .*\/alarms\/:id$/, () => ({ status: 'closed' })],
  [/\/notes$/, () => ({ text: 'sample' })],
  [/(POST|PATCH) .*\/labels(\/:id)?$/, () => ({ name: 'sample' })],
  [/^POST .*\/suppression-rules$/, () => ({ name: 'sample', match: { source: '192.0.2.1' } })],
];

/** Queries that routes need to find what there is; others ignore them. */
function queryOf({ surface, method, url }: GuardedRoute): string {
  if (surface === 'umbrella-v2' && method === 'GET' && !url.startsWith('/auth')) {
    return 'from=1768435200000&to=1768521600000&limit=100&offset=0';
  }
  if (surface === 'umbrella-v1') return 'start=1768435200&stop=1768521600';
  if (url.endsWith('/oauth/token')) return 'grant_type=client_credentials';
  if (url.endsWith('/imports') && method === 'POST') return 'path=sample.json&format=test-records';
  return '';
}

/** A well-formed request of a route about an organization and what it has, without a credential. */
export function sampleRequest(route: GuardedRoute, ids: Ids): InjectOptions & { readonly url: string } {
  const path = concretePath(route.url, ids);
  const query = queryOf(route);
  const signature = `${route.method} ${route.url}`;
  const body = route.method === 'GET' || route.method === 'DELETE' ? undefined : bodyOf(signature, ids);
  return {
    method: route.method as NonNullable<InjectOptions['method']> & 'GET',
    url: query === '' ? path : `${path}?${query}`,
    ...(body !== undefined && { payload: JSON.stringify(body), headers: { 'content-type': 'application/json' } }),
  };
}

function concretePath(url: string, ids: Ids): string {
  return url.replaceAll(/([^/]*)\/(?::(\w+)|(\*))/g, (whole, before: string, name = '*') => {
    const value = name === 'id' ? IDS[before]?.(ids) : PLACES[name]?.(ids);
    if (value === undefined) throw new Error(`${url}: what may stand for ${whole} is not known here`);
    return `${before}/${encodeURIComponent(value)}`;
  });
}

function bodyOf(signature: string, ids: Ids): unknown {
  return BODIES.find(([pattern]) => pattern.test(signature))?.[1](ids);
}
