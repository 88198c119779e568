import { randomBytes, randomUUID } from 'node:crypto';
import type { InjectOptions } from 'fastify';
import type { GuardedRoute } from './route-policies.ts';
import { type Ids, sampleRequest } from './sample-requests.ts';

type Request = InjectOptions & { readonly url: string };

/** A way to reach for what another organization has: the request with its ids, or with any others in their place. */
export interface Reaching {
  /** What is the other's. */
  readonly name: string;
  request(other: Ids): Request;
}

/** Ids that nothing has, of the same shapes. A cursor cannot be told from another by its shape: it is garbled instead. */
export function idsOfNobody(like: Ids): Ids {
  const uuids = [
    'uuid',
    'alarm',
    'event',
    'label',
    'suppressionRule',
    'report',
    'configuration',
    'run',
    'individualAlert',
    'consolidatedAlert',
    'securityReport',
  ] as const;
  return {
    ...like,
    ...Object.fromEntries(uuids.map((key) => [key, randomUUID()])),
    number: 3_141_593,
    slug: 'qq-nobody',
    task: String(Number(like.task) + 100_000),
    client: randomBytes(like.client.length / 2).toString('hex'),
    identity: Number(like.identity) + 1,
    cursor: like.cursor.slice(0, -8) + randomBytes(6).toString('base64url'),
  };
}

/** Every way a route can be asked about what another organization has, by somebody whose own ids are known. */
export function reachings(route: GuardedRoute, own: Ids): Reaching[] {
  const own_ = sampleRequest(route, own);
  const all: Reaching[] = [
    { name: 'everything', request: (other) => sampleRequest(route, other) },
    {
      name: 'objects',
      request: ({ number: _n, slug: _s, uuid: _u, ...other }) => sampleRequest(route, { ...own, ...other }),
    },
    ...(Object.keys(own) as (keyof Ids)[]).map((key) => ({
      name: key,
      request: (other: Ids) => sampleRequest(route, { ...own, [key]: other[key] }),
    })),
    ...byHeader(route, own_),
    ...byQuery(route, own_),
  ];
  const seen = new Set<string>();
  const probe = idsOfNobody(own);
  return all.filter(({ request }) => {
    const text = JSON.stringify(request(probe));
    const isNew = text !== JSON.stringify(own_) && !seen.has(text);
    seen.add(text);
    return isNew;
  });
}

function withHeaders(request: Request, headers: Readonly<Record<string, string>>): Request {
  return { ...request, headers: { ...request.headers, ...headers } };
}

function byHeader({ surface }: GuardedRoute, own: Request): Reaching[] {
  if (surface === 'umbrella-v2') {
    const names = ['x-umbrella-orgid', 'X-Umbrella-OrgID'];
    return names.map((header) => ({
      name: `header ${header}`,
      request: ({ number }) => withHeaders(own, { [header]: String(number) }),
    }));
  }
  if (surface === 'clumio') {
    const header = 'x-clumio-organizationalunit-context';
    return [{ name: `header ${header}`, request: ({ uuid }) => withHeaders(own, { [header]: uuid }) }];
  }
  if (surface !== 'usm-anywhere' && surface !== 'usm-central') return [];
  return ['usm.example', 'alienvault.cloud'].map((domain) => ({
    name: `host below ${domain}`,
    request: ({ slug }) => withHeaders(own, { host: `${slug}.${domain}` }),
  }));
}

/** Parameters that name an organization or an object, by surface. */
function byQuery({ surface, method }: GuardedRoute, own: Request): Reaching[] {
  if (method !== 'GET') return [];
  const named = (text: string): Request => ({ ...own, url: `${own.url}${own.url.includes('?') ? '&' : '?'}${text}` });
  const filter = (value: object) => `filter=${encodeURIComponent(JSON.stringify(value))}`;
  const queries: Partial<Record<GuardedRoute['surface'], Readonly<Record<string, (ids: Ids) => string>>>> = {
    native: {
      'query organization': ({ slug }) => `organization=${slug}`,
    },
    'umbrella-v2': {
      'query identityids': ({ identity }) => `identityids=${identity}`,
      'query cursor': ({ cursor }) => `cursor=${encodeURIComponent(cursor)}`,
      'query organizationid': ({ number }) => `organizationid=${number}`,
    },
    'usm-anywhere': {
      'query alarm_events': ({ event }) => `alarm_events=${event}`,
      'query sensor_uuid': ({ uuid }) => `sensor_uuid=${uuid}`,
    },
    'usm-central': {
      'query deploymentId': ({ uuid }) => `deploymentId=${uuid}`,
      'query tenantId': ({ slug }) => `tenantId=${slug}`,
    },
    clumio: {
      'filter organizational_unit_id': ({ uuid }) => filter({ organizational_unit_id: { $in: [uuid] } }),
      'filter parent_id': ({ uuid }) => filter({ parent_id: { $eq: uuid } }),
      'filter parent_entity.id': ({ uuid }) => filter({ 'parent_entity.id': { $eq: uuid } }),
      'filter task_id': ({ task }) => filter({ task_id: { $eq: task } }),
      'filter consolidated_alert_id': ({ consolidatedAlert }) =>
        filter({ consolidated_alert_id: { $eq: consolidatedAlert } }),
    },
  };
  return Object.entries(queries[surface] ?? {}).map(([name, query]) => ({
    name,
    request: (other: Ids) => named(query(other)),
  }));
}
