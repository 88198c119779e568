import { randomUUID } from 'node:crypto';
import type { AlarmLabel } from '../../model/alarm.ts';
import { AppError } from '../../model/errors.ts';
import type { Actor } from '../../model/scope.ts';
import { appendAudit } from '../audit.ts';
import { readableText } from '../text-rules.ts';
import { type Db, inTransaction, type Trx } from '../transaction.ts';
import { beginAlarmChange } from './alarm-versions.ts';
import { takeLabelOffAlarms } from './labelled-alarms.ts';

export interface NewLabel {
  readonly organizationId: number;
  readonly name: string;
  readonly actor: Actor;
}

/** Fails with `bad_request`, or `conflict` where the organization has a label of that name. */
export async function createLabel(db: Db, input: NewLabel): Promise<AlarmLabel> {
  const name = readableText('name', input.name);
  const { organizationId, actor } = input;
  return inTransaction(db, async (trx) => {
    await requireFreeName(trx, organizationId, name);
    const label = { id: randomUUID(), organizationId, name, createdAt: new Date().toISOString() };
    await trx.insertInto('labels').values(label).execute();
    await record(trx, 'label.create', label, actor);
    return label;
  });
}

/** A label of any organization. */
export function labelById(db: Db, id: string): Promise<AlarmLabel | undefined> {
  return db.selectFrom('labels').selectAll().where('id', '=', id).executeTakeFirst();
}

/** Labels of these organizations, by name. */
export async function listLabels(db: Db, organizationIds: readonly number[]): Promise<AlarmLabel[]> {
  if (organizationIds.length === 0) return [];
  return db
    .selectFrom('labels')
    .selectAll()
    .where('organizationId', 'in', organizationIds)
    .orderBy('name')
    .orderBy('id')
    .execute();
}

/** A label that this very organization defines. */
export interface OwnLabel {
  readonly id: string;
  readonly organizationId: number;
  readonly actor: Actor;
}

/** Fails with `bad_request`, `conflict` as above, or `not_found`. */
export async function renameLabel(db: Db, input: OwnLabel & { readonly name: string }): Promise<AlarmLabel> {
  const name = readableText('name', input.name);
  return inTransaction(db, async (trx) => {
    const before = await requireOwn(trx, input);
    if (before.name === name) return before;
    await requireFreeName(trx, input.organizationId, name);
    await trx.updateTable('labels').set({ name }).where('id', '=', before.id).execute();
    const label = { ...before, name };
    await record(trx, 'label.rename', label, input.actor, { from: before.name, to: name });
    return label;
  });
}

/** Removes a label, from alarms too. Fails with `not_found`. */
export function deleteLabel(db: Db, input: OwnLabel & { readonly nowMs: number }): Promise<AlarmLabel> {
  return inTransaction(db, async (trx) => {
    // First, so that nobody attaches it any more.
    const change = await beginAlarmChange(trx);
    const label = await requireOwn(trx, input);
    const { nowMs, actor } = input;
    const alarms = await takeLabelOffAlarms(trx, label, { change, nowMs, actor });
    await trx.deleteFrom('labels').where('id', '=', label.id).execute();
    await record(trx, 'label.delete', label, actor, { alarms });
    return label;
  });
}

async function requireOwn(trx: Trx, { id, organizationId }: OwnLabel): Promise<AlarmLabel> {
  const label = await labelById(trx, id);
  if (label?.organizationId === organizationId) return label;
  throw new AppError('not_found', {
    public: `this organization defines no label ${id.slice(0, 64)}`,
    faults: [{ where: 'label', value: id.slice(0, 200), message: 'no label of this organization itself has this id' }],
  });
}

async function requireFreeName(trx: Trx, organizationId: number, name: string): Promise<void> {
  const taken = await trx
    .selectFrom('labels')
    .select('id')
    .where('organizationId', '=', organizationId)
    .where('name', '=', name)
    .executeTakeFirst();
  if (taken !== undefined) throw new AppError('conflict', { public: `a label named ${name} exists already` });
}

function record(
  trx: Trx,
  action: string,
  label: AlarmLabel,
  actor: Actor,
  detail?: Readonly<Record<string, unknown>>,
): Promise<void> {
  return appendAudit(trx, {
    actor,
    action,
    objectType: 'label',
    objectId: label.id,
    objectLabel: label.name,
    organizationId: label.organizationId,
    result: 'success',
    ...(detail && { detail }),
  });
}
