import { basicAuth } from '../basic-auth.ts';
import type { World } from '../world.ts';
import type { Credential, DialectContract, Paging } from './dialect-contract.ts';
import { EVENTS_FROM, EVENTS_TO, EVENTS_TOTAL } from './events.ts';

const PREFIX = '/api/2.0';
/** Where `app.inject` says it is called when a path has no host. */
const ORIGIN = 'http://localhost:80';
const EVENT_TIME = `timestamp_occured_gte=${EVENTS_FROM}&timestamp_occured_lte=${EVENTS_TO}`;

async function signIn(world: World, organization = world.organizations.branch): Promise<Credential> {
  const { client, secret } = await world.createClient(organization);
  const answer = await world.app.inject({
    method: 'POST',
    url: `${PREFIX}/oauth/token?grant_type=client_credentials`,
    headers: { authorization: basicAuth(client.id, secret) },
  });
  return { authorization: `Bearer ${answer.json().access_token}` };
}

interface Collection {
  readonly _links: { readonly next?: { readonly href: string } };
  readonly _embedded: { readonly events: readonly { readonly uuid: string }[] };
}

const byLinks = (size: number, sort: string): Paging => ({
  name: `by links, ${size} a page, ${sort}`,
  first: `${PREFIX}/events?${EVENT_TIME}&size=${size}&sort=${sort}`,
  next: (_path, answer) => (answer as Collection)._links.next?.href,
  items: (answer) => (answer as Collection)._embedded.events.map(({ uuid }) => uuid),
  total: EVENTS_TOTAL,
});

function emptyPage(path: string, names: readonly string[]) {
  const page = `${ORIGIN}${path}&page=0&size=20&sort=timestamp_occured,desc`;
  return {
    _links: {
      first: { href: page, templated: false },
      self: { href: ORIGIN + path, templated: false },
      last: { href: page, templated: false },
    },
    _embedded: Object.fromEntries(names.map((name) => [name, []])),
    page: { size: 20, totalElements: 0, totalPages: 0, number: 0 },
  };
}

const NO_ALARMS = `${PREFIX}/alarms?status=closed`;
const NO_EVENTS = `${PREFIX}/events?timestamp_occured_lte=1500000000000`;

export const usmAnywhereContract: DialectContract = {
  dialect: 'usm-anywhere',
  signIn,
  wrongCredential: { authorization: 'Bearer eyJhbGciOiJub25lIn0.eyJzdWIiOiJvcmcvMS91c2VyLzEifQ.' },
  emptyAnswers: [
    { path: NO_ALARMS, empty: emptyPage(NO_ALARMS, ['alarms']) },
    { path: NO_EVENTS, empty: emptyPage(NO_EVENTS, ['events', 'eventResources', 'eventResourceList']) },
  ],
  organizationPath: ({ slug }) => `http://${slug}.usm.example${PREFIX}/alarms`,
  foreignStatus: 403,
  malformed: [
    `${PREFIX}/alarms?page=x`,
    `${PREFIX}/alarms?size=ten`,
    `${PREFIX}/alarms?suppressed=maybe`,
    `${PREFIX}/alarms?timestamp_occured_gte=yesterday`,
    `${PREFIX}/alarms?timestamp_occured_lte=1e999`,
    `${PREFIX}/alarms?alarm_sensor_sources=${'x'.repeat(10_000)}`,
    `${PREFIX}/alarms?rule_intent=a%00b`,
    `${PREFIX}/alarms?moment=1`,
    `${PREFIX}/events?page=1%27%20OR%201=1`,
    `${PREFIX}/events?sensor_uuid=7`,
    `${PREFIX}/events?suppressed=0`,
  ],
  unknownPath: `${PREFIX}/assets`,
  wrongMethods: [
    { method: 'POST', path: `${PREFIX}/alarms`, allow: 'GET, HEAD' },
    { method: 'DELETE', path: `${PREFIX}/events/1`, allow: 'GET, HEAD' },
    { method: 'PATCH', path: `${PREFIX}/alarms/1/labels/2`, allow: 'PUT, DELETE' },
    { method: 'PUT', path: `${PREFIX}/oauth/token`, allow: 'POST' },
  ],
  limitedPath: `${PREFIX}/alarms`,
  pagings: [
    byLinks(1, 'timestamp_occured,asc'),
    byLinks(7, 'timestamp_occured,desc'),
    byLinks(20, 'event_name,asc'),
    byLinks(2000, 'timestamp_received,desc'),
  ],
  describedPaths: [`${PREFIX}/alarms`, `${PREFIX}/events?${EVENT_TIME}`],
};
