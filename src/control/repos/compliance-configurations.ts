import { randomUUID } from 'node:crypto';
import { sql } from 'kysely';
import type { ComplianceConfiguration, ComplianceStatus } from '../../model/compliance.ts';
import type { Actor } from '../../model/scope.ts';
import { appendAudit } from '../audit.ts';
import type { ComplianceConfigurationRow } from '../compliance-rows.ts';
import { type Db, inTransaction, type Trx } from '../transaction.ts';
import { type Place, placeAfter } from './place.ts';

/** What somebody decides about a configuration, and when that makes it due. */
export type ComplianceSettings = Omit<ComplianceConfiguration, 'id' | 'organizationId' | 'rootId' | 'createdAt'>;

export interface NewComplianceConfiguration {
  readonly organizationId: number;
  readonly rootId: number;
  readonly settings: ComplianceSettings;
  readonly actor: Actor;
}

export function createConfiguration(
  db: Db,
  { organizationId, rootId, settings, actor }: NewComplianceConfiguration,
  now: Date,
): Promise<ComplianceConfiguration> {
  return inTransaction(db, async (trx) => {
    const row = await trx
      .insertInto('complianceConfigurations')
      .values({
        ...toColumns(settings),
        id: randomUUID(),
        organizationId,
        rootId,
        createdAt: now.toISOString(),
        createdBy: JSON.stringify(actor),
      })
      .returningAll()
      .executeTakeFirstOrThrow();
    const configuration = toConfiguration(row);
    await audit(trx, configuration, { action: 'compliance_configuration.create', actor });
    return configuration;
  });
}

/** Puts other settings in the place of all there were. Undefined where no configuration has the id. */
export function replaceConfiguration(
  db: Db,
  { id, settings, actor }: { readonly id: string; readonly settings: ComplianceSettings; readonly actor: Actor },
): Promise<ComplianceConfiguration | undefined> {
  return inTransaction(db, async (trx) => {
    const row = await trx
      .updateTable('complianceConfigurations')
      .set(toColumns(settings))
      .where('id', '=', id)
      .returningAll()
      .executeTakeFirst();
    if (row === undefined) return undefined;
    const configuration = toConfiguration(row);
    await audit(trx, configuration, { action: 'compliance_configuration.change', actor });
    return configuration;
  });
}

/** Deletes a configuration and its runs. */
export async function deleteConfiguration(
  trx: Trx,
  configuration: ComplianceConfiguration,
  actor: Actor,
): Promise<void> {
  await trx.deleteFrom('complianceConfigurations').where('id', '=', configuration.id).execute();
  await audit(trx, configuration, { action: 'compliance_configuration.delete', actor });
}

export async function configurationById(db: Db, id: string): Promise<ComplianceConfiguration | undefined> {
  const row = await db.selectFrom('complianceConfigurations').selectAll().where('id', '=', id).executeTakeFirst();
  return row && toConfiguration(row);
}

export interface ConfigurationsQuestion {
  readonly organizationIds: readonly number[];
  /** Part of the name, in any case. */
  readonly namePart?: string;
  /** Of the latest run. */
  readonly status?: ComplianceStatus;
  readonly after?: Place;
  readonly limit: number;
}

/** Newest first. */
export async function listConfigurations(db: Db, question: ConfigurationsQuestion): Promise<ComplianceConfiguration[]> {
  const { organizationIds, namePart, status, after, limit } = question;
  let found = db.selectFrom('complianceConfigurations').where('organizationId', 'in', organizationIds);
  if (namePart !== undefined && namePart !== '') {
    const folded = namePart.toLowerCase();
    found = found.where((eb) =>
      // Whether a text holds another, said by what both databases compare letter by letter.
      eb(sql<string>`replace(${eb.ref('foldedName')}, ${folded}, '')`, '!=', eb.ref('foldedName')),
    );
  }
  if (status !== undefined) {
    found = found.where((eb) =>
      eb(
        eb
          .selectFrom('complianceRuns as run')
          .select('run.complianceStatus')
          .whereRef('run.configurationId', '=', 'complianceConfigurations.id')
          .orderBy('run.createdAt', 'desc')
          .orderBy('run.id', 'desc')
          .limit(1),
        '=',
        status,
      ),
    );
  }
  if (after !== undefined) found = found.where((eb) => placeAfter(eb, after));
  const rows = await found.selectAll().orderBy('createdAt', 'desc').orderBy('id', 'desc').limit(limit).execute();
  return rows.map(toConfiguration);
}

/** Ids of configurations whose schedule is due, the longest first. */
export async function dueConfigurations(db: Db, now: Date): Promise<string[]> {
  const rows = await db
    .selectFrom('complianceConfigurations')
    .innerJoin('organizations', 'organizations.id', 'complianceConfigurations.organizationId')
    .select('complianceConfigurations.id as id')
    .where('organizations.archivedAt', 'is', null)
    .where('nextRunAt', '<=', now.toISOString())
    .orderBy('nextRunAt')
    .execute();
  return rows.map(({ id }) => id);
}

/** Moves on from a time that was due. False when somebody else has, or changed the configuration: it is theirs then. */
export async function passDueTime(
  trx: Trx,
  { id, nextRunAt }: Pick<ComplianceConfiguration, 'id' | 'nextRunAt'>,
  next: Date,
): Promise<boolean> {
  const { numUpdatedRows } = await trx
    .updateTable('complianceConfigurations')
    .set({ nextRunAt: next.toISOString() })
    .where('id', '=', id)
    .where('nextRunAt', '=', nextRunAt)
    .executeTakeFirst();
  return numUpdatedRows === 1n;
}

function audit(
  trx: Trx,
  { id, organizationId, name, schedule, parameter }: ComplianceConfiguration,
  { action, actor }: { readonly action: string; readonly actor: Actor },
): Promise<void> {
  return appendAudit(trx, {
    actor,
    action,
    objectType: 'compliance_configuration',
    objectId: id,
    objectLabel: name,
    organizationId,
    result: 'success',
    detail: { schedule, parameter },
  });
}

function toColumns(settings: ComplianceSettings) {
  const { name, description, schedule, notification, parameter, namedOrganizationIds, nextRunAt } = settings;
  return {
    name,
    foldedName: name.toLowerCase(),
    description,
    schedule: schedule && JSON.stringify(schedule),
    notification: notification && JSON.stringify(notification),
    parameter: JSON.stringify(parameter),
    namedOrganizationIds: namedOrganizationIds && JSON.stringify(namedOrganizationIds),
    nextRunAt,
  };
}

function toConfiguration(row: ComplianceConfigurationRow): ComplianceConfiguration {
  const { id, organizationId, rootId, name, description, createdAt, nextRunAt } = row;
  return {
    id,
    organizationId,
    rootId,
    name,
    description,
    schedule: row.schedule === null ? null : JSON.parse(row.schedule),
    notification: row.notification === null ? null : JSON.parse(row.notification),
    parameter: JSON.parse(row.parameter),
    namedOrganizationIds: row.namedOrganizationIds === null ? null : JSON.parse(row.namedOrganizationIds),
    createdAt,
    nextRunAt,
  };
}
