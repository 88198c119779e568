import {
  type AuditQuestion,
  auditedActions,
  auditedOrganizations,
  listAuditEntries,
} from '../../../core/audit/list-audit-entries.ts';
import type { Organization } from '../../../model/organization.ts';
import { type Answer, type Call, filterOf } from '../call.ts';
import type { Conditions } from '../filter.ts';
import { listBody } from '../list.ts';
import { toAuditTrail, UNIT_TYPE } from '../mapping/audit-trail.ts';
import { categoryOf, objectTypeOf, verbOf } from '../mapping/audit-words.ts';
import { instant, secondsAgo, text, texts } from '../operands.ts';
import { readPage, toRows } from '../paging.ts';
import type { Resource } from '../resource.ts';
import { auditTrail, listOf, listQuery } from '../schemas.ts';
import { GLOBAL_UNIT, unitName } from '../units.ts';

/** Section 4.1. */
export const AUDIT_FIELDS = {
  start_timestamp: { $gte: instant, $lt: instant, $eq: secondsAgo },
  category: { $in: texts },
  action: { $in: texts },
  status: { $in: texts },
  user_email: { $in: texts },
  ip_address: { $eq: text },
  'primary_entity.id': { $in: texts },
  'primary_entity.type': { $eq: text, $in: texts },
  'primary_entity.value': { $in: texts },
  'parent_entity.type': { $in: texts },
  'parent_entity.value': { $in: texts },
  'parent_entity.id': { $in: texts },
  organizational_unit_id: { $eq: text },
} as const;

const PATH = '/audit-trails';

export const auditTrails: Resource = {
  name: 'audit-trails',
  newest: 1,
  operations: [
    {
      id: 'list-audit-trails',
      method: 'GET',
      path: PATH,
      permission: 'audit:read',
      answer: listAuditTrails,
      description: {
        summary: 'Who changed what, newest first, of the last 90 days',
        tag: 'Audit trails',
        query: listQuery(AUDIT_FIELDS),
        answers: { 200: listOf(auditTrail) },
      },
    },
  ],
};

async function listAuditTrails(call: Call): Promise<Answer> {
  const page = readPage(call.query);
  const { conditions, applied } = filterOf(call, AUDIT_FIELDS);
  const organizations = await auditedOrganizations(call.context, call.scope);
  const question = await auditQuestion(call, conditions, organizations);
  const { total, entries } = await listAuditEntries(call.context, call.scope, question, {
    ...toRows(page),
    readerId: call.root.id,
  });
  const units = new Map(organizations.map((organization) => [organization.id, organization]));
  const items = entries.map((entry) => toAuditTrail(entry, { units, rootId: call.root.id }));
  return { body: listBody({ path: PATH, page, items, total, filterApplied: applied }) };
}

/** What the filter of a list asks of the trail; the audit report asks the same. */
export async function auditQuestion(
  call: Pick<Call, 'context' | 'scope' | 'root'>,
  conditions: Conditions<typeof AUDIT_FIELDS>,
  organizations: readonly Organization[],
): Promise<AuditQuestion> {
  const { status, user_email: actors, ip_address: address, start_timestamp: time } = conditions;
  const types = typesOf(conditions['primary_entity.type']);
  const ids = restricting(conditions['primary_entity.id']?.$in);
  const labelParts = restricting(conditions['primary_entity.value']?.$in);
  const fromMs = time?.$eq === undefined ? time?.$gte : call.context.now() - time.$eq * 1000;
  const shown = organizations.map((organization) => ({
    number: organization.id,
    ...unitName(organization, call.root.id),
  }));
  const units = shown.filter((unit) => belongsTo(unit, conditions));
  return {
    ...(fromMs !== undefined && { fromMs }),
    ...(time?.$lt !== undefined && { beforeMs: time.$lt }),
    ...(await actionsOf(call, conditions)),
    ...(restricting(status?.$in) && { results: RESULTS.filter((result) => status?.$in?.includes(result)) }),
    ...(restricting(actors?.$in) && { actors: actors?.$in ?? [] }),
    ...(address?.$eq !== undefined && { address: address.$eq }),
    ...(types && { objectTypes: types }),
    ...(ids && {
      objects: { ids, organizationIds: shown.filter(({ id }) => ids.includes(id)).map(({ number }) => number) },
    }),
    ...(labelParts && { labelParts }),
    ...(units.length < shown.length && { organizationIds: units.map(({ number }) => number) }),
  };
}

const RESULTS = ['success', 'failure', 'partial_success'] as const;

/** An empty list is no restriction (section 2.1). */
export function restricting(values: readonly string[] | undefined): readonly string[] | undefined {
  return values === undefined || values.length === 0 ? undefined : values;
}

async function actionsOf(call: Pick<Call, 'context' | 'scope'>, { category, action }: Conditions<typeof AUDIT_FIELDS>) {
  const [categories, verbs] = [restricting(category?.$in), restricting(action?.$in)];
  if (categories === undefined && verbs === undefined) return {};
  const done = await auditedActions(call.context, call.scope);
  const actions = done.filter(
    (name) => (categories?.includes(categoryOf(name)) ?? true) && (verbs?.includes(verbOf(name)) ?? true),
  );
  return { actions };
}

function typesOf(condition: Conditions<typeof AUDIT_FIELDS>['primary_entity.type']): string[] | undefined {
  const any = restricting(condition?.$in);
  const exact = condition?.$eq;
  if (exact === undefined && any === undefined) return undefined;
  const wanted = (any ?? [exact ?? '']).filter((type) => exact === undefined || type === exact);
  return wanted.flatMap((type) => objectTypeOf(type) ?? []);
}

/** The entity above whatever an entry is about is the organizational unit it belongs to. */
function belongsTo(unit: { readonly id: string; readonly name: string }, conditions: Conditions<typeof AUDIT_FIELDS>) {
  const types = restricting(conditions['parent_entity.type']?.$in);
  const ids = restricting(conditions['parent_entity.id']?.$in);
  const values = restricting(conditions['parent_entity.value']?.$in);
  const own = conditions.organizational_unit_id?.$eq;
  return (
    (types?.includes(UNIT_TYPE) ?? true) &&
    (ids?.some((id) => id === unit.id || id === unit.name) ?? true) &&
    (values?.includes(unit.name) ?? true) &&
    // The global unit means every one (section 1.3).
    (own === undefined || own === GLOBAL_UNIT.id || own === unit.id)
  );
}
