import { PROVIDER_ROUTES, ROUTES } from '../../src/dialects/umbrella-v2/routes/index.ts';
import { basicAuth } from '../basic-auth.ts';
import type { World } from '../world.ts';
import type { Credential, DialectContract, Paging } from './dialect-contract.ts';
import { EVENTS_FROM, EVENTS_TO, EVENTS_TOTAL } from './events.ts';

const PREFIX = '/reports/v2';
const PROVIDER = `${PREFIX}/providers`;
const EMPTY_TIME = 'from=1500000000000&to=1500003600000';
const EVENT_TIME = `from=${EVENTS_FROM}&to=${EVENTS_TO}`;

async function signIn(world: World, organization = world.organizations.branch): Promise<Credential> {
  const { client, secret } = await world.createClient(organization);
  const answer = await world.app.inject({
    method: 'POST',
    url: '/auth/v2/token',
    headers: { authorization: basicAuth(client.id, secret), 'content-type': 'application/x-www-form-urlencoded' },
    payload: 'grant_type=client_credentials',
  });
  return { authorization: `Bearer ${answer.json().access_token}` };
}

interface Envelope {
  readonly meta: { readonly cursor?: string };
  readonly data: readonly { readonly domain: string }[];
}

/** The events of the contract have a domain each. */
const domainsOf = (answer: unknown) => (answer as Envelope).data.map(({ domain }) => domain);

function withParameter(path: string, name: string, value: string): string {
  const [base, query = ''] = path.split('?');
  const parameters = new URLSearchParams(query);
  parameters.set(name, value);
  return `${base}?${parameters}`;
}

const byOffset = (order: string): Paging => ({
  name: `by offset, ${order}`,
  first: `${PREFIX}/activity/dns?${EVENT_TIME}&limit=7&offset=0&order=${order}`,
  next(path, answer) {
    const count = domainsOf(answer).length;
    if (count < 7) return undefined;
    const offset = Number(new URLSearchParams(path.split('?')[1]).get('offset'));
    return withParameter(path, 'offset', String(offset + count));
  },
  items: domainsOf,
  total: EVENTS_TOTAL,
});

const byCursor = (limit: number): Paging => ({
  name: `by cursor, ${limit} a page`,
  first: `${PREFIX}/activity/dns?${EVENT_TIME}&limit=${limit}&cursor=*`,
  next(path, answer) {
    const { cursor } = (answer as Envelope).meta;
    return cursor === undefined ? undefined : withParameter(path, 'cursor', cursor);
  },
  items: domainsOf,
  total: EVENTS_TOTAL,
});

/** Every report, once without and once with a kind in its path; the branch reads them, to whom the office belongs. */
const describedPaths = [
  ...ROUTES.map((route) => ({ prefix: PREFIX, route })),
  ...PROVIDER_ROUTES.map((route) => ({ prefix: PROVIDER, route })),
]
  .filter(({ route }) => route.method === undefined && !route.path.includes(':'))
  .flatMap(({ prefix, route: { path, types = [] } }) =>
    [path, ...types.map((type) => `${path}/${type}`)].map((each) => `${prefix}${each}?${EVENT_TIME}`),
  );

export const umbrellaV2Contract: DialectContract = {
  dialect: 'umbrella-reporting-v2',
  signIn,
  wrongCredential: { authorization: 'Bearer eyJhbGciOiJub25lIn0.eyJzdWIiOiJvcmcvMS91c2VyLzEifQ.' },
  emptyAnswers: [
    { path: `${PREFIX}/activity?${EMPTY_TIME}`, empty: { meta: {}, data: [] } },
    { path: `${PREFIX}/activity/dns?${EMPTY_TIME}&cursor=*`, empty: { meta: {}, data: [] } },
    { path: `${PREFIX}/top-identities/firewall?${EMPTY_TIME}`, empty: { meta: {}, data: [] } },
    { path: `${PREFIX}/top-threats/intrusion?${EVENT_TIME}`, empty: { meta: {}, data: [] } },
    { path: `${PROVIDER}/requests-by-category?${EMPTY_TIME}`, empty: { meta: {}, data: [] } },
    { path: `${PROVIDER}/requests-by-destination?${EMPTY_TIME}`, empty: { meta: {}, data: [] } },
    { path: `${PREFIX}/total-requests?${EMPTY_TIME}`, empty: { meta: {}, data: { count: 0 } } },
  ],
  organizationPath: ({ id }) => `/v2/organizations/${id}/activity?${EMPTY_TIME}`,
  foreignStatus: 403,
  malformed: [
    `${PREFIX}/activity`,
    `${PREFIX}/activity?from=now&to=-1days`,
    `${PREFIX}/activity?from=yesterday&to=now`,
    `${PREFIX}/activity?${EMPTY_TIME}&limit=0`,
    `${PREFIX}/activity?${EMPTY_TIME}&limit=-5`,
    `${PREFIX}/activity?${EMPTY_TIME}&offset=x`,
    `${PREFIX}/activity?${EMPTY_TIME}&categories=${'x'.repeat(10_000)}`,
    `${PREFIX}/activity?${EMPTY_TIME}&domains=a%00b`,
    `${PREFIX}/activity?${EMPTY_TIME}&ip=1%27%20OR%201=1`,
    `${PREFIX}/activity?${EMPTY_TIME}&cursor=nonsense`,
    `${PREFIX}/requests-by-timerange?${EMPTY_TIME}&timerange=century`,
    `${PREFIX}/requests-by-timerange?from=0&to=now&timerange=minute`,
    `${PROVIDER}/deployments`,
    `${PROVIDER}/requests-by-org?${EMPTY_TIME}&limit=0`,
    `${PROVIDER}/requests-by-hour?from=0&to=now`,
  ],
  unknownPath: `${PREFIX}/nothing/here`,
  wrongMethods: [
    { method: 'DELETE', path: `${PREFIX}/activity/dns`, allow: 'GET, HEAD' },
    { method: 'PUT', path: `${PREFIX}/identities`, allow: 'GET, HEAD, POST' },
    { method: 'PATCH', path: '/auth/v2/token', allow: 'GET, HEAD, POST' },
    { method: 'POST', path: '/v2/organizations/1/summary', allow: 'GET, HEAD' },
    { method: 'POST', path: '/v2/providers/1/deployments', allow: 'GET, HEAD' },
  ],
  limitedPath: `${PREFIX}/categories`,
  pagings: [byOffset('desc'), byOffset('asc'), byCursor(1), byCursor(7), byCursor(100)],
  describedPaths,
  fixtures: new URL('../../src/dialects/umbrella-v2/fixtures/', import.meta.url),
};
