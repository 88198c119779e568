import { randomUUID } from 'node:crypto';
import { createOrganization } from '../../src/control/repos/organizations.ts';
import { deriveAlerts } from '../../src/core/alerts/index.ts';
import type { Organization } from '../../src/model/organization.ts';
import { testMatch } from '../alarms.ts';
import { backupRecord } from '../backup-records.ts';
import type { Body } from '../body.ts';
import { CONFIGURATIONS, complianceApi, makeRuns } from '../compliance-flow.ts';
import { markedEvents } from '../e2e/tenancy/crowd.ts';
import { askReport, listedReports, writeReports } from '../report-flow.ts';
import { raiseAlarms } from '../usm-api.ts';
import { TEST_ACTOR, type World } from '../world.ts';
import { type Caller, clumioCaller, operatorOf, personOf, umbrellaKey, umbrellaToken, usmToken } from './callers.ts';
import type { Ids } from './sample-requests.ts';

/** An organization that has one of everything. */
export interface Tenant {
  readonly organization: Organization;
  /** `zq` and two digits: in its slug, and in every text that it has. */
  readonly word: string;
  readonly ids: Ids;
  /** One for each surface, and somebody who may only read. */
  readonly callers: readonly Caller[];
  /** Words of the organizations that it may see: its own and those below. */
  readonly sees: ReadonlySet<string>;
}

/** What an organization itself is called where it asks. */
const GLOBAL_UNIT = '00000000-0000-0000-0000-000000000000';

/** Which organization each stands below: a provider, its child, the child's child, another child, and somebody else. */
const PARENTS: readonly (number | null)[] = [null, 0, 1, 0, null];

export async function openTenants(world: World): Promise<Tenant[]> {
  const organizations: Organization[] = [];
  for (const [index, parent] of PARENTS.entries()) {
    organizations.push(await plant(world, index, parent === null ? undefined : organizations[parent]));
  }
  await deriveAlerts(world.context);
  const tenants: Tenant[] = [];
  for (const [index, organization] of organizations.entries()) {
    const callers = await callersIn(world, organization);
    const above = PARENTS[index] ?? null;
    const parent = above === null ? undefined : tenants[above];
    const ids = await giveEverything(world, { organization, word: wordOf(index), callers, parent });
    tenants.push({ organization, word: wordOf(index), ids, callers, sees: seenBy(index) });
  }
  return tenants;
}

const wordOf = (index: number) => `zq${String(index).padStart(2, '0')}`;

function seenBy(index: number): ReadonlySet<string> {
  const isBelow = (other: number | null): boolean =>
    other !== null && (other === index || isBelow(PARENTS[other] ?? null));
  return new Set(PARENTS.flatMap((_, other) => (isBelow(other) ? [wordOf(other)] : [])));
}

async function plant(world: World, index: number, parent: Organization | undefined): Promise<Organization> {
  const word = wordOf(index);
  const organization = await createOrganization(world.context.control.db, {
    slug: `${word}-org`,
    name: `Firm ${word}`,
    parentId: parent?.id ?? null,
    actor: TEST_ACTOR,
  });
  await world.load(organization, markedEvents(word, index));
  const failed = { job: word, status: 'failed', message: `no space at ${word}` };
  const entity = { primary_entity: { id: `arn:${word}`, type: 'aws_ebs_volume', value: `volume-${word}` } };
  await world.load(organization, [backupRecord('2026-01-15T01:00:00Z', { ...failed, ...entity })]);
  const source = { address: `10.9.${index}.1`, name: `source-${word}`, events: 1 };
  await raiseAlarms(world, [testMatch(organization, { sources: [source] })]);
  return organization;
}

async function callersIn(world: World, organization: Organization): Promise<Caller[]> {
  return [
    await umbrellaKey(world, organization),
    await umbrellaToken(world, organization),
    await usmToken(world, organization, { surface: 'usm-anywhere' }),
    await usmToken(world, organization, { surface: 'usm-central' }),
    await clumioCaller(world, organization, null),
    await personOf(world, organization, 'manager'),
    await personOf(world, organization, 'viewer'),
  ];
}

interface Given {
  readonly organization: Organization;
  readonly word: string;
  readonly callers: readonly Caller[];
  readonly parent: Tenant | undefined;
}

async function giveEverything(world: World, { organization, word, callers, parent }: Given): Promise<Ids> {
  const [, umbrella, usm, , clumio] = callers.map(({ headers }) => headers);
  const operator = operatorOf(world).headers;
  const get = async (url: string, headers = operator): Promise<Body> =>
    (await world.app.inject({ url, headers })).json();
  const post = async (url: string, body: object, headers = operator): Promise<Body> =>
    (await world.app.inject({ method: 'POST', url, headers, payload: body })).json();
  const native = `/belfry/v1/organizations/${organization.slug}`;
  const alarm = (await get(`${native}/alarms`)).data[0].id;
  await post(`${native}/alarms/${alarm}/notes`, { text: `note of ${word}` });
  const label = await post(`${native}/labels`, { name: `label-${word}` });
  const suppression = await post(`${native}/suppression-rules`, { name: word, match: { source: `nobody-${word}` } });
  const client = await post('/belfry/v1/clients', { organization: organization.slug, name: `client of ${word}` });
  await askReport(world, clumio ?? {}, { type: 'activity', file_name: `report-${word}` });
  await writeReports(world);
  const [report] = await listedReports(world, clumio ?? {});
  const compliance = complianceApi(world, clumio ?? {});
  const configuration = await compliance.create({ name: `compliance-${word}` });
  await compliance.run(configuration.id);
  await makeRuns(world);
  const runs = await get(`${CONFIGURATIONS}/${configuration.id}/runs`, clumio);
  // A provider's list begins with what those below it have.
  const own = async (url: string): Promise<string> => {
    const { items } = (await get(url, clumio))._embedded;
    return items.find((item: Body) => item.parent_entity.id === GLOBAL_UNIT).id;
  };
  return {
    number: organization.id,
    slug: organization.slug,
    uuid: organization.uuid,
    alarm,
    event: (await get('/api/2.0/events', usm))._embedded.events[0].uuid,
    label: label.id,
    suppressionRule: suppression.id,
    client: client.clientId,
    identity: (await get('/reports/v2/identities', umbrella)).data[0].id,
    report: report?.id ?? '',
    task: report?.task_id ?? '',
    configuration: configuration.id,
    run: runs._embedded.items[0].id,
    individualAlert: await own('/alerts/individual'),
    consolidatedAlert: await own('/alerts/consolidated'),
    securityReport: parent ? await askSecurityReport(post, parent, organization) : randomUUID(),
    cursor: (await get(`/reports/v2/activity?from=1768435200000&to=1768521600000&limit=1&cursor=*`, umbrella)).meta
      .cursor,
  };
}

type Post = (url: string, body: object, headers: Caller['headers']) => Promise<Body>;

async function askSecurityReport(post: Post, parent: Tenant, { id }: Organization): Promise<string> {
  const url = `/reports/v2/providers/customers/${id}/securityReportRequests`;
  const body = { start_date: '2026-01-15', end_date: '2026-01-16', email: `boss@${parent.word}.example` };
  return (await post(url, body, parent.callers[1]?.headers ?? {})).data.id;
}
