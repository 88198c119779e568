import { createUser } from '../../src/control/repos/users.ts';
import { basicAuth } from '../basic-auth.ts';
import { TEST_ACTOR, type World } from '../world.ts';
import type { Credential, DialectContract } from './dialect-contract.ts';

const PREFIX = '/belfry/v1';

/** People of an organization; the operator of the server, who reaches everything, has tests of its own. */
async function signIn(world: World, organization = world.organizations.branch): Promise<Credential> {
  const email = `${organization.slug}-${organization.id}@example.org`;
  const password = 'a password for tests';
  await createUser(world.context.control.db, {
    email,
    password,
    name: organization.name,
    role: 'manager',
    organizationId: organization.id,
    actor: TEST_ACTOR,
  });
  return { authorization: basicAuth(email, password) };
}

export const nativeContract: DialectContract = {
  dialect: 'belfry-v1',
  signIn,
  wrongCredential: { authorization: basicAuth('nobody@example.org', 'nothing') },
  emptyAnswers: [
    { path: `${PREFIX}/organizations/office/imports`, empty: { data: [] } },
    { path: `${PREFIX}/organizations/office/labels`, empty: { data: [] } },
  ],
  organizationPath: ({ slug }) => `${PREFIX}/organizations/${slug}`,
  foreignStatus: 404,
  malformed: [
    `${PREFIX}/organizations/branch/imports?limit=0`,
    `${PREFIX}/organizations/branch/imports?limit=x`,
    `${PREFIX}/organizations/branch/imports?nonsense=1`,
    `${PREFIX}/organizations/branch/rejects?limit=-1`,
    `${PREFIX}/organizations/branch/security-reports?limit=0`,
    `${PREFIX}/organizations/branch/alarms?limit=1001`,
    `${PREFIX}/organizations/branch/alarms?sort=nothing`,
    `${PREFIX}/organizations/branch/alarms?status=gone`,
  ],
  unknownPath: `${PREFIX}/nothing/here`,
  wrongMethods: [
    { method: 'DELETE', path: `${PREFIX}/organizations`, allow: 'GET, HEAD, POST' },
    { method: 'PUT', path: `${PREFIX}/organizations/branch`, allow: 'GET, HEAD' },
  ],
  pagings: [],
  describedPaths: [
    `${PREFIX}/organizations`,
    `${PREFIX}/organizations/branch`,
    `${PREFIX}/organizations/branch/imports`,
    `${PREFIX}/organizations/branch/rejects`,
    `${PREFIX}/organizations/branch/health`,
    `${PREFIX}/organizations/branch/security-reports`,
    `${PREFIX}/organizations/branch/settings`,
    `${PREFIX}/organizations/branch/alarms`,
    `${PREFIX}/organizations/branch/labels`,
    `${PREFIX}/organizations/branch/suppression-rules`,
    `${PREFIX}/users`,
    `${PREFIX}/clients`,
    `${PREFIX}/peers`,
  ],
};
