import {
  type ConfigurationDraft,
  createConfiguration,
  deleteConfiguration,
  listConfigurations,
  readConfiguration,
  updateConfiguration,
} from '../../../core/compliance/index.ts';
import { listUnits } from '../../../core/orgs/units.ts';
import { COMPLIANCE_STATUSES } from '../../../model/compliance.ts';
import { badInput } from '../../../model/errors.ts';
import { readBody } from '../body.ts';
import { type Answer, type Call, filterOf } from '../call.ts';
import { configurationBody } from '../compliance-bodies.ts';
import { complianceConfiguration, nothing, tokenListOf } from '../compliance-schemas.ts';
import { link } from '../links.ts';
import { CONFIGURATIONS_PATH, type ComplianceView, toConfiguration } from '../mapping/compliance.ts';
import { text } from '../operands.ts';
import type { Operation, Resource } from '../resource.ts';
import { listQuery } from '../schemas.ts';
import { camelled } from '../spelling.ts';
import { readTokenPage, tokenListBody } from '../token-paging.ts';
import { unitName } from '../units.ts';

const CONFIGURATION_FIELDS = { report_name: { $contains: text }, compliance_status: { $eq: text } } as const;

const ONE = `${CONFIGURATIONS_PATH}/{configuration_id}`;
const TAG = 'Compliance reports';

export function tokenQuery(fields: object) {
  return { ...listQuery(fields), start: listQuery(fields).start.describe('Page token, from `_next`') };
}

const OPERATIONS: readonly Operation[] = [
  {
    id: 'list-compliance-report-configurations',
    method: 'GET',
    path: CONFIGURATIONS_PATH,
    permission: 'reports:read',
    answer: listComplianceConfigurations,
    description: {
      summary: 'Configurations of compliance reports, the newest first',
      tag: TAG,
      query: tokenQuery(CONFIGURATION_FIELDS),
      answers: { 200: tokenListOf(complianceConfiguration) },
    },
  },
  {
    id: 'create-compliance-report-configuration',
    method: 'POST',
    path: CONFIGURATIONS_PATH,
    permission: 'reports:write',
    answer: createComplianceConfiguration,
    description: {
      summary: 'Makes a configuration; its report is then made by its schedule',
      tag: TAG,
      body: configurationBody,
      answers: { 200: complianceConfiguration },
    },
  },
  {
    id: 'read-compliance-report-configuration',
    method: 'GET',
    path: ONE,
    permission: 'reports:read',
    answer: readComplianceConfiguration,
    description: { summary: 'One configuration', tag: TAG, answers: { 200: complianceConfiguration } },
  },
  {
    id: 'update-compliance-report-configuration',
    method: 'PUT',
    path: ONE,
    permission: 'reports:write',
    answer: updateComplianceConfiguration,
    description: {
      summary: 'Puts another configuration in the place of this one',
      tag: TAG,
      body: configurationBody,
      answers: { 200: complianceConfiguration },
    },
  },
  {
    id: 'delete-compliance-report-configuration',
    method: 'DELETE',
    path: ONE,
    permission: 'reports:write',
    answer: deleteComplianceConfiguration,
    description: { summary: 'Deletes a configuration and its runs', tag: TAG, answers: { 200: nothing } },
  },
];

/** Section 5.1. */
export const complianceConfigurations: Resource = { name: 'report-compliance', newest: 1, operations: OPERATIONS };

export function viewOf({ origin, deps, context }: Call): ComplianceView {
  return { origin, tokenKey: deps.tokenKey, nowMs: context.now() };
}

async function listComplianceConfigurations(call: Call): Promise<Answer> {
  const page = readTokenPage(call.query);
  const { conditions, applied } = filterOf(call, CONFIGURATION_FIELDS);
  const wanted = conditions.compliance_status?.$eq;
  const status = COMPLIANCE_STATUSES.find((known) => known === wanted);
  const namePart = conditions.report_name?.$contains;
  const question = { limit: page.limit, after: page.after, ...(namePart && { namePart }), ...(status && { status }) };
  const isUnknown = wanted !== undefined && status === undefined;
  const { items, next } = isUnknown
    ? { items: [], next: null }
    : await listConfigurations(call.context, call.scope, question);
  const body = tokenListBody({
    path: CONFIGURATIONS_PATH,
    page,
    items: items.map((item) => toConfiguration(item, viewOf(call))),
    next,
    filterApplied: applied,
    links: { 'create-compliance-report-configuration': link(CONFIGURATIONS_PATH, 'post') },
  });
  return { body };
}

async function createComplianceConfiguration(call: Call): Promise<Answer> {
  return { body: toConfiguration(await createConfiguration(call.context, call, await draftOf(call)), viewOf(call)) };
}

async function readComplianceConfiguration(call: Call): Promise<Answer> {
  return { body: toConfiguration(await readConfiguration(call.context, call.scope, idOf(call)), viewOf(call)) };
}

async function updateComplianceConfiguration(call: Call): Promise<Answer> {
  const change = { id: idOf(call), draft: await draftOf(call) };
  return { body: toConfiguration(await updateConfiguration(call.context, call.scope, change), viewOf(call)) };
}

/** With a body: clients take an answer without one for a fault. */
async function deleteComplianceConfiguration(call: Call): Promise<Answer> {
  await deleteConfiguration(call.context, call.scope, { id: idOf(call), shelf: call.deps.complianceShelf });
  return { body: {} };
}

export function idOf({ params }: Call): string {
  return (params.configuration_id ?? '').toLowerCase();
}

async function draftOf(call: Call): Promise<ConfigurationDraft> {
  const { description = null, notification, schedule, ...given } = camelled(readBody(configurationBody, call.body));
  return {
    ...given,
    description,
    schedule: schedule ?? null,
    notification: notification ?? null,
    namedOrganizationIds: await namedUnits(call, given.parameter.filters?.common?.organizationalUnits ?? []),
  };
}

/** Numbers of units; null where none is named. Fails with `bad_request` for one that is not in reach. */
async function namedUnits(call: Call, names: readonly string[]): Promise<readonly number[] | null> {
  if (names.length === 0) return null;
  const units = await listUnits(call.context, call.scope);
  return names.map((name) => {
    const id = name.toLowerCase();
    const unit = units.find((one) => one.uuid === id || unitName(one, call.root.id).id === id);
    if (unit !== undefined) return unit.id;
    const where = 'parameter.filters.common.organizational_units';
    throw badInput(where, name, `invalid value for ${where}: there is no organizational unit ${name}`);
  });
}
