import { auditedOrganizations } from '../../core/audit/list-audit-entries.ts';
import { listUnits } from '../../core/orgs/units.ts';
import type { AskedQuestion } from '../../core/reports/index.ts';
import type { BackupJobFilter } from '../../model/backup-job.ts';
import type { ReportType } from '../../model/report.ts';
import type { Call } from './call.ts';
import { type Conditions, type FilterFields, readFilter } from './filter.ts';
import { instant, secondsAgo, text, texts } from './operands.ts';
import { AUDIT_FIELDS, auditQuestion, restricting } from './routes/audit-trails.ts';
import { GLOBAL_UNIT, unitName } from './units.ts';

/** Every type of report can be filtered by these (section 2.1; for the type of the primary entity see 7, 2). */
const ENTITY_FIELDS = {
  'primary_entity.id': { $in: texts },
  'primary_entity.type': { $eq: text, $in: texts },
  'primary_entity.value': { $in: texts },
  'parent_entity.type': { $in: texts },
  'parent_entity.id': { $in: texts },
} as const;

const ACTIVITY_FIELDS = {
  activity_start_timestamp: { $gte: instant, $lt: instant, $eq: secondsAgo },
  task: { $in: texts },
  status: { $in: texts },
  ...ENTITY_FIELDS,
} as const;

const CONSUMPTION_FIELDS = {
  timestamp: { $gte: instant, $lte: instant, $eq: secondsAgo },
  organizational_unit_id: { $in: texts },
  entity_type: { $in: texts },
  backup_tier: { $in: texts },
  ...ENTITY_FIELDS,
} as const;

/** What each type of report can be filtered by; audit reports, as an extension, by what the audit trail can. */
export const REPORT_FIELDS = {
  activity: ACTIVITY_FIELDS,
  audit: AUDIT_FIELDS,
  consumption: CONSUMPTION_FIELDS,
} as const satisfies Readonly<Record<ReportType, FilterFields>>;

/** What a report shall be about. Fails with `bad_request` that names the faults of the filter. */
export async function reportQuestion(call: Call, type: ReportType, filter: string): Promise<AskedQuestion> {
  if (type === 'activity') return activityQuestion(call, readFilter(ACTIVITY_FIELDS, filter).conditions);
  if (type === 'audit') return auditReportQuestion(call, readFilter(AUDIT_FIELDS, filter).conditions);
  return consumptionQuestion(call, readFilter(CONSUMPTION_FIELDS, filter).conditions);
}

/** Short names of types of tasks in the vendor's examples (section 2.3). */
const TASK_TYPES: Readonly<Record<string, string>> = {
  ebs_incremental_backup: 'aws_ebs_volume_incremental_backup',
  ebs_indexing: 'aws_ebs_volume_backup_indexing',
  file_restore: 'aws_ebs_volume_file_restore',
};

/** What a report says of a task, by how the task ended; what has not ended is in no report. */
const STATUSES: Readonly<Record<string, string>> = { success: 'completed', failed: 'failed', aborted: 'aborted' };

const OPERATIONAL_CATEGORIES = ['backup', 'restore', 'snapshot', 'snapshot_restore'];

function activityQuestion(call: Call, conditions: Conditions<typeof ACTIVITY_FIELDS>): AskedQuestion {
  const started = conditions.activity_start_timestamp;
  const nowMs = call.context.now();
  // A relative window ends now, inclusively.
  const [fromMs, beforeMs] =
    started?.$eq === undefined ? [started?.$gte, started?.$lt] : [nowMs - started.$eq * 1000, nowMs + 1];
  const tasks = restricting(conditions.task?.$in);
  const statuses = restricting(conditions.status?.$in) ?? Object.keys(STATUSES);
  const filter: BackupJobFilter = {
    categories: OPERATIONAL_CATEGORIES,
    statuses: statuses.flatMap((status) => (Object.hasOwn(STATUSES, status) ? (STATUSES[status] ?? []) : [])),
    started: {
      ...(fromMs !== undefined && { fromUs: fromMs * 1000 }),
      ...(beforeMs !== undefined && { toUs: beforeMs * 1000 }),
    },
    ...(tasks && { categoriesOrTypes: tasks.map((task) => TASK_TYPES[task] ?? task) }),
    ...entityFilter(conditions),
  };
  return { type: 'activity', filter };
}

function entityFilter(conditions: Conditions<typeof ENTITY_FIELDS>) {
  const primaryIds = restricting(conditions['primary_entity.id']?.$in);
  const primaryTypes = typesOf(conditions['primary_entity.type']);
  const primaryValuesContaining = restricting(conditions['primary_entity.value']?.$in);
  const parentTypes = restricting(conditions['parent_entity.type']?.$in);
  const parentIds = restricting(conditions['parent_entity.id']?.$in);
  return {
    ...(primaryIds && { primaryIds }),
    ...(primaryTypes && { primaryTypes }),
    ...(primaryValuesContaining && { primaryValuesContaining }),
    ...(parentTypes && { parentTypes }),
    ...(parentIds && { parentIds }),
  };
}

function typesOf(condition: Conditions<typeof ENTITY_FIELDS>['primary_entity.type']): readonly string[] | undefined {
  const any = restricting(condition?.$in);
  const exact = condition?.$eq;
  if (exact === undefined) return any;
  return any === undefined || any.includes(exact) ? [exact] : [];
}

async function auditReportQuestion(
  call: Call,
  { category, action, ...conditions }: Conditions<typeof AUDIT_FIELDS>,
): Promise<AskedQuestion> {
  const question = await auditQuestion(call, conditions, await auditedOrganizations(call.context, call.scope));
  const categories = restricting(category?.$in);
  const verbs = restricting(action?.$in);
  return {
    ...question,
    type: 'audit',
    fromMs: question.fromMs ?? 0,
    ...(categories && { categories }),
    ...(verbs && { verbs }),
  };
}

async function consumptionQuestion(
  call: Call,
  conditions: Conditions<typeof CONSUMPTION_FIELDS>,
): Promise<AskedQuestion> {
  const { timestamp: time, organizational_unit_id: unit, entity_type: product, backup_tier: tier } = conditions;
  const nowMs = call.context.now();
  const fromMs = time?.$eq === undefined ? time?.$gte : nowMs - time.$eq * 1000;
  // An element may name several, separated by commas (section 7, 8).
  const names = product?.$in?.flatMap((element) => element.split(',')).map((name) => name.trim());
  const products = restricting(names);
  const tiers = restricting(tier?.$in);
  const units = restricting(unit?.$in);
  // Before the first day there is nothing.
  const numbers = (time?.$lte ?? 0) < 0 ? [] : units && (await numbersOf(call, units));
  return {
    type: 'consumption',
    ...(numbers && { organizationIds: numbers }),
    filter: {
      throughDay: dayOf(Math.min(time?.$lte ?? nowMs, nowMs)),
      ...(fromMs !== undefined && { fromDay: dayOf(fromMs) }),
      ...(products && { products }),
      ...(tiers && { tiers }),
      ...entityFilter(conditions),
    },
  };
}

/** Organizations of the request that stand at or below one that is named; nothing else is found. */
async function numbersOf({ context, scope, root }: Call, named: readonly string[]): Promise<readonly number[]> {
  const ids = named.map((id) => id.trim().toLowerCase());
  const units = await listUnits(context, scope);
  // The global unit is above all of them, whether it is in the request's context or not (section 1.3).
  if (ids.includes(GLOBAL_UNIT.id) || ids.includes(root.uuid)) return units.map(({ id }) => id);
  const hits = units.filter((unit) => ids.includes(unitName(unit, root.id).id));
  const below = new Set(hits.flatMap(({ uuid, descendantUuids }) => [uuid, ...descendantUuids]));
  return units.filter(({ uuid }) => below.has(uuid)).map(({ id }) => id);
}

/** What the engine's days can hold. */
const LAST_DAY_MS = Date.UTC(2149, 0);

/** The day of an instant, in UTC. */
function dayOf(ms: number): string {
  return new Date(Math.max(0, Math.min(ms, LAST_DAY_MS))).toISOString().slice(0, 10);
}
