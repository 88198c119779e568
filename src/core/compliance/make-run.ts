import { randomBytes } from 'node:crypto';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { organizationsEverWithin } from '../../control/repos/archived-organizations.ts';
import { beginRun, completeRun, failRun, runById } from '../../control/repos/compliance-runs.ts';
import type { EventStore } from '../../events/client.ts';
import {
  backupsKnownSince,
  type ComplianceCount,
  countComplianceItems,
} from '../../events/queries/compliance-counts.ts';
import { type ComplianceQuestion, complianceItemsSql } from '../../events/queries/compliance-items.ts';
import { FILE_LIMITS } from '../../events/settings.ts';
import { type FileColumn, type FileTarget, type WrittenFile, writeFile } from '../../events/write-file.ts';
import {
  COMPLIANCE_CONTROLS,
  type ComplianceFindings,
  type ComplianceRun,
  overallStatus,
} from '../../model/compliance.ts';
import { AppError } from '../../model/errors.ts';
import { reachOf } from '../alarms/reach-of.ts';
import type { Context } from '../context.ts';
import type { ReportWork } from '../reports/report-work.ts';
import { UNIT_ID, UNIT_NAME, type UnitNames, unitNames, unitParameters } from '../reports/unit-columns.ts';
import { watchForAbort } from '../reports/watch-for-abort.ts';

/**
 * Makes the report of a run; one that has ended stays as it is, one that was deleted is nobody's, and one whose task was asked
 * to stop ends as failed. Fails as the stores or the disk do, or with the reason of the signal; then it is still to be made.
 */
export async function makeRun(context: Context, work: ReportWork, id: string, signal: AbortSignal): Promise<void> {
  const { db } = context.control;
  const run = await runById(db, id);
  if (run?.state !== 'generating') return;
  const status = await beginRun(db, run, new Date(context.now()));
  if (status === 'aborting') return abort(context, run);
  const watch = watchForAbort(context, run.taskId);
  try {
    await makeAndRecord(context, work, run, AbortSignal.any([signal, watch.signal]));
  } catch (error) {
    if (!watch.signal.aborted) throw error;
    await abort(context, run);
  } finally {
    watch.stop();
  }
}

async function abort(context: Context, run: ComplianceRun): Promise<void> {
  await failRun(context.control.db, run, { status: 'aborted', error: 'aborted' }, new Date(context.now()));
}

/** Gives a run up. @param reason for people; whoever may read the task reads it */
export async function abandonRun(context: Context, id: string, reason: string): Promise<void> {
  const { db } = context.control;
  const run = await runById(db, id);
  if (run !== undefined) await failRun(db, run, { status: 'failed', error: reason }, new Date(context.now()));
}

async function makeAndRecord(context: Context, { shelf, words }: ReportWork, run: ComplianceRun, signal: AbortSignal) {
  const { db } = context.control;
  const organizations = await organizationsEverWithin(db, run.organizationId);
  const units = { units: new Map(organizations.map((unit) => [unit.id, unit])), rootId: run.rootId };
  const question = await questionOf(context, run);
  // Every try has a name of its own: one that was thought dead may still be writing.
  const name = `${run.id}-${randomBytes(4).toString('hex')}.csv`;
  const path = join(shelf.folder, name);
  const { counts, ...file } = await evaluate(
    context.events,
    { question, names: unitNames(units, words) },
    { path, signal },
  );
  const findings = findingsOf(run, counts);
  const now = context.now();
  const outcome = {
    findings,
    status: overallStatus(sum(findings.controls)),
    file: { ...file, name },
    expiresAt: new Date(now + shelf.lifetimeMs),
  };
  if (await completeRun(db, run, outcome, new Date(now))) return;
  await rm(path, { force: true });
  await failRun(db, run, { status: 'aborted', error: 'aborted' }, new Date(now));
}

/** What is named in the filter and below it, as far as the configuration reaches now. */
async function questionOf(context: Context, run: ComplianceRun): Promise<ComplianceQuestion> {
  const { db } = context.control;
  const reach = await reachOf(db, run.organizationId);
  const named = run.namedOrganizationIds;
  const meant = new Set(named === null ? reach : (await Promise.all(named.map((id) => reachOf(db, id)))).flat());
  const organizationIds = reach.filter((id) => meant.has(id));
  const knownSinceUs = await backupsKnownSince(context.events, organizationIds);
  return { organizationIds, parameter: run.parameter, momentMs: context.now(), knownSinceUs };
}

/** Columns of section 5.2 of the specification; append only. */
const COLUMNS: readonly FileColumn[] = [
  { name: 'control', sql: 'control', kind: 'text' },
  { name: 'item_type', sql: 'item_type', kind: 'text' },
  { name: 'item_id', sql: 'item_id', kind: 'text' },
  { name: 'item_name', sql: 'item_name', kind: 'text' },
  { name: 'entity_type', sql: 'entity_type', kind: 'text' },
  { name: 'parent_entity_value', sql: 'parent_value', kind: 'text' },
  { name: 'organizational_unit_id', sql: UNIT_ID, kind: 'text' },
  { name: 'organizational_unit_name', sql: UNIT_NAME, kind: 'text' },
  { name: 'policy_id', sql: 'policy_id', kind: 'text' },
  { name: 'policy_name', sql: 'policy_name', kind: 'text' },
  { name: 'compliance_status', sql: 'compliance_status', kind: 'text' },
  { name: 'reason', sql: 'reason', kind: 'text' },
];

const ORDER = 'control, org, entity_type, item_id';

/** Jobs may arrive while the file is written and the items are counted. */
const TRIES = 3;

/** Writes the items to a file and counts them: the counts are those of the file. */
async function evaluate(
  events: EventStore,
  { question, names }: { readonly question: ComplianceQuestion; readonly names: UnitNames },
  target: FileTarget,
): Promise<WrittenFile & { readonly counts: readonly ComplianceCount[] }> {
  const { sql, parameters } = complianceItemsSql(question);
  const source = { sql, parameters: { ...parameters, ...unitParameters(names) } };
  const count = () => countComplianceItems(events, question, { priority: 'bulk', settings: FILE_LIMITS });
  for (let attempt = 1; attempt <= TRIES; attempt += 1) {
    const before = await count();
    const file = await writeFile(events, { columns: COLUMNS, source, order: ORDER }, target);
    if (JSON.stringify(before) === JSON.stringify(await count())) return { ...file, counts: before };
  }
  throw new AppError('unavailable', { public: 'backup jobs kept arriving while they were counted; try again' });
}

function findingsOf({ parameter }: ComplianceRun, counts: readonly ComplianceCount[]): ComplianceFindings {
  const { controls } = parameter;
  const asked = {
    asset_backup: controls.assetBackup,
    asset_protection: controls.assetProtection,
    policy: controls.policy,
  };
  const found = COMPLIANCE_CONTROLS.filter((control) => asked[control] !== undefined).map((control) => {
    const items = (status: string) =>
      counts.find((one) => one.control === control && one.status === status)?.items ?? 0;
    return { control, compliant: items('compliant'), nonCompliant: items('non_compliant'), unknown: items('unknown') };
  });
  const covered = (isPolicy: boolean) =>
    found
      .filter(({ control }) => (control === 'policy') === isPolicy)
      .map(({ compliant, nonCompliant, unknown }) => compliant + nonCompliant + unknown);
  // Both controls about assets look at the same ones.
  return { controls: found, assets: Math.max(0, ...covered(false)), policies: Math.max(0, ...covered(true)) };
}

/** What several controls found, together. */
export function sum(controls: ComplianceFindings['controls']) {
  return controls.reduce(
    (all, one) => ({
      compliant: all.compliant + one.compliant,
      nonCompliant: all.nonCompliant + one.nonCompliant,
      unknown: all.unknown + one.unknown,
    }),
    { compliant: 0, nonCompliant: 0, unknown: 0 },
  );
}
