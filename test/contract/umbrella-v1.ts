import { basicAuth } from '../basic-auth.ts';
import type { World } from '../world.ts';
import type { Credential, DialectContract, Paging } from './dialect-contract.ts';
import { EVENTS_FROM, EVENTS_TO } from './events.ts';

/** Numbers ascend, so the world's branch and office have the same ones in every world. */
const BRANCH = '/v1/organizations/1000002';
const EMPTY_TIME = 'start=1500000000&stop=1500003600';
const EVENT_TIME = `start=${EVENTS_FROM / 1000}&stop=${EVENTS_TO / 1000}`;
/** Every fourth event is blocked as phishing. */
const BLOCKED_TOTAL = 13;

async function signIn(world: World, organization = world.organizations.branch): Promise<Credential> {
  const { client, secret } = await world.createClient(organization);
  return basic(client.id, secret);
}

function basic(key: string, secret: string): Credential {
  return { authorization: basicAuth(key, secret) };
}

interface SecurityActivity {
  readonly requests: readonly { readonly destination: string }[];
  readonly stopTimestamp?: number;
}

const byStopTimestamp = (limit: number): Paging => {
  const first = `${BRANCH}/security-activity?${EVENT_TIME}&limit=${limit}`;
  return {
    name: `by stopTimestamp, ${limit} a page`,
    first,
    next(_path, answer) {
      const { stopTimestamp } = answer as SecurityActivity;
      return stopTimestamp === undefined ? undefined : `${first}&stopTimestamp=${stopTimestamp}`;
    },
    items: (answer) => (answer as SecurityActivity).requests.map(({ destination }) => destination),
    total: BLOCKED_TOTAL,
  };
};

const NO_ACTIVITY = { active: 0, inactive: 0, total: 0 };

export const umbrellaV1Contract: DialectContract = {
  dialect: 'umbrella-reporting-v1',
  signIn,
  wrongCredential: basic('0'.repeat(32), 'f'.repeat(32)),
  emptyAnswers: [
    { path: `${BRANCH}/security-activity?${EMPTY_TIME}`, empty: { requests: [] } },
    { path: `${BRANCH}/security-activity?start=&stop=&stopTimestamp=1500000000000`, empty: { requests: [] } },
    { path: `${BRANCH}/destinations/nowhere.example/activity`, empty: { requests: [] } },
    { path: `${BRANCH}/destinations/2001%3Adb8%3A%3A1/activity`, empty: { requests: [] } },
    { path: `${BRANCH}/destinations/nowhere.example/identities`, empty: { identities: [] } },
    {
      path: `${BRANCH}/detailed-summary?offset=1`,
      empty: {
        totals: { roamingClients: NO_ACTIVITY, networks: NO_ACTIVITY, virtualAppliances: NO_ACTIVITY },
        organizations: [],
      },
    },
    {
      path: `${BRANCH}/security-summary?${EMPTY_TIME}&offset=1`,
      empty: { totals: { requests: 0, requestsBlocked: 0 }, organizations: [] },
    },
  ],
  organizationPath: ({ id }) => `/v1/organizations/${id}/security-activity?${EMPTY_TIME}`,
  foreignStatus: 403,
  malformed: [
    `${BRANCH}/security-activity?limit=0`,
    `${BRANCH}/security-activity?limit=-1`,
    `${BRANCH}/security-activity?limit=many`,
    `${BRANCH}/security-activity?start=1500003600&stop=1500000000`,
    `${BRANCH}/security-activity?start=1500003600&end=1500000000`,
    `${BRANCH}/security-activity?start=1500000000000`,
    `${BRANCH}/security-activity?stopTimestamp=1500000000`,
    `${BRANCH}/security-activity?start=yesterday`,
    `${BRANCH}/security-activity?stopTimestamp=${'9'.repeat(10_000)}`,
    `${BRANCH}/destinations/https%3A%2F%2Fexample.com/activity`,
    `${BRANCH}/destinations/https://example.com/activity`,
    `${BRANCH}/destinations/example.com/path/identities`,
    `${BRANCH}/destinations/example.com:443/identities`,
    `${BRANCH}/destinations/%20/activity`,
    `${BRANCH}/destinations//activity`,
    `${BRANCH}/destinations/${'x'.repeat(10_000)}/activity`,
    `${BRANCH}/destinations/example.com/activity?offset=-1`,
    `${BRANCH}/detailed-summary?limit=x`,
    `${BRANCH}/security-summary?start=x`,
  ],
  unknownPath: `${BRANCH}/nothing`,
  wrongMethods: [
    { method: 'POST', path: `${BRANCH}/security-activity`, allow: 'GET, HEAD' },
    { method: 'DELETE', path: `${BRANCH}/destinations/example.com/activity`, allow: 'GET, HEAD' },
  ],
  pagings: [byStopTimestamp(1), byStopTimestamp(2), byStopTimestamp(5), byStopTimestamp(100)],
  describedPaths: [
    `${BRANCH}/security-activity?${EVENT_TIME}`,
    `${BRANCH}/security-activity?${EVENT_TIME}&limit=3`,
    `${BRANCH}/destinations/host04.example/activity`,
    `${BRANCH}/destinations/host04.example/identities`,
    `${BRANCH}/detailed-summary`,
    `${BRANCH}/security-summary?${EVENT_TIME}`,
  ],
  fixtures: new URL('../../src/dialects/umbrella-v1/fixtures/', import.meta.url),
};
