import { basicAuth } from '../basic-auth.ts';
import type { World } from '../world.ts';
import type { Credential, DialectContract } from './dialect-contract.ts';

const PREFIX = '/api/1.1';
/** Where `app.inject` says it is called when a path has no host. */
const ORIGIN = 'http://localhost:80';

async function signIn(world: World, organization = world.organizations.branch): Promise<Credential> {
  const { client, secret } = await world.createClient(organization, { api: 'usm-central' });
  const answer = await world.app.inject({
    method: 'POST',
    url: `${PREFIX}/oauth/token?grant_type=client_credentials`,
    headers: { authorization: basicAuth(client.id, secret) },
  });
  return { authorization: `Bearer ${answer.json().access_token}` };
}

const NO_ALARMS = `${PREFIX}/alarms?status=closed&deploymentId=cn://nobody.usm.example`;
const FIRST_PAGE = `${ORIGIN}${NO_ALARMS}&page=0&size=20&sort=timestamp_occured,desc`;

export const usmCentralContract: DialectContract = {
  dialect: 'usm-central',
  signIn,
  wrongCredential: { authorization: 'Bearer eyJhbGciOiJub25lIn0.eyJzdWIiOiJvcmcvMS91c2VyLzEifQ.' },
  emptyAnswers: [
    {
      path: NO_ALARMS,
      empty: {
        _links: {
          first: { href: FIRST_PAGE, templated: false },
          self: { href: ORIGIN + NO_ALARMS, templated: false },
          last: { href: FIRST_PAGE, templated: false },
        },
        _embedded: { alarms: [] },
        page: { size: 20, totalElements: 0, totalPages: 0, number: 0 },
      },
    },
    { path: `http://office.usm.example${PREFIX}/deployments`, empty: [] },
  ],
  organizationPath: ({ slug }) => `http://${slug}.usm.example${PREFIX}/deployments`,
  foreignStatus: 403,
  malformed: [
    `${PREFIX}/alarms?page=x`,
    `${PREFIX}/alarms?size=ten`,
    `${PREFIX}/alarms?suppressed=maybe`,
    `${PREFIX}/alarms?timestamp_occured_gte=yesterday`,
    `${PREFIX}/alarms?alarm_sensor_sources=${'x'.repeat(10_000)}`,
    `${PREFIX}/alarms?tenantId=a%00b`,
    `${PREFIX}/alarms?moment=-1`,
  ],
  unknownPath: `${PREFIX}/events`,
  wrongMethods: [
    { method: 'POST', path: `${PREFIX}/deployments`, allow: 'GET, HEAD' },
    { method: 'PUT', path: `${PREFIX}/alarms/1`, allow: 'GET, HEAD' },
    { method: 'DELETE', path: `${PREFIX}/oauth/token`, allow: 'POST' },
  ],
  limitedPath: `${PREFIX}/alarms`,
  // Its lists are of alarms, which this world has none of: usm-central.int.test.ts walks them.
  pagings: [],
  describedPaths: [`${PREFIX}/deployments`, `${PREFIX}/alarms`],
};
