import { randomUUID } from 'node:crypto';
import type { SuppressionMatch, SuppressionRule } from '../../model/alarm.ts';
import { AppError, badInput } from '../../model/errors.ts';
import type { Actor } from '../../model/scope.ts';
import { appendAudit } from '../audit.ts';
import type { SuppressionRuleRow } from '../tables.ts';
import { readableText } from '../text-rules.ts';
import type { Db, Trx } from '../transaction.ts';

export interface NewSuppressionRule {
  readonly organizationId: number;
  readonly name: string;
  readonly match: SuppressionMatch;
  readonly actor: Actor;
}

const MEMBERS = ['ruleId', 'intent', 'strategy', 'method', 'source', 'destination'] as const;

/** An enabled rule, which does nothing by itself. Fails with `bad_request`. */
export async function createSuppressionRule(trx: Trx, input: NewSuppressionRule): Promise<SuppressionRule> {
  const rule: SuppressionRule = {
    id: randomUUID(),
    organizationId: input.organizationId,
    name: readableText('name', input.name),
    match: checked(input.match),
    enabled: true,
    createdAt: new Date().toISOString(),
  };
  await trx
    .insertInto('suppressionRules')
    .values({ ...rule, match: JSON.stringify(rule.match), enabled: 1 })
    .execute();
  await record(trx, 'suppression_rule.create', rule, input.actor);
  return rule;
}

function checked(match: SuppressionMatch): SuppressionMatch {
  const members = MEMBERS.flatMap((name) => {
    const value = match[name];
    return value === undefined ? [] : [[name, readableText(`match.${name}`, value)]];
  });
  if (members.length > 0) return Object.fromEntries(members);
  throw badInput('match', undefined, `match must name at least one of ${MEMBERS.join(', ')}`);
}

/** Rules that this very organization made, oldest first. */
export async function listSuppressionRules(db: Db, organizationId: number): Promise<SuppressionRule[]> {
  const rows = await db
    .selectFrom('suppressionRules')
    .selectAll()
    .where('organizationId', '=', organizationId)
    .orderBy('createdAt')
    .orderBy('id')
    .execute();
  return rows.map(toRule);
}

/** Rules of all organizations that are enabled. */
export interface EnabledSuppressionRules {
  readonly inForce: readonly SuppressionRule[];
  /** Those that hide nothing because what is stored of them cannot be read. */
  readonly unreadable: readonly SuppressionRule[];
}

export async function enabledSuppressionRules(db: Db): Promise<EnabledSuppressionRules> {
  const rows = await db.selectFrom('suppressionRules').selectAll().where('enabled', '=', 1).orderBy('id').execute();
  const rules = rows.map(toRule);
  const isReadable = ({ match }: SuppressionRule) => Object.keys(match).length > 0;
  return { inForce: rules.filter(isReadable), unreadable: rules.filter((rule) => !isReadable(rule)) };
}

/** A rule that this very organization made. */
export interface OwnSuppressionRule {
  readonly id: string;
  readonly organizationId: number;
  readonly actor: Actor;
}

/** Answers the rule, and whether anything was different before. Fails with `not_found`. */
export async function setSuppressionRuleEnabled(
  trx: Trx,
  input: OwnSuppressionRule & { readonly enabled: boolean },
): Promise<{ readonly rule: SuppressionRule; readonly isNew: boolean }> {
  const { enabled, actor } = input;
  const before = await requireOwn(trx, input);
  if (before.enabled === enabled) return { rule: before, isNew: false };
  await trx
    .updateTable('suppressionRules')
    .set({ enabled: enabled ? 1 : 0 })
    .where('id', '=', before.id)
    .execute();
  const rule = { ...before, enabled };
  await record(trx, enabled ? 'suppression_rule.enable' : 'suppression_rule.disable', rule, actor);
  return { rule, isNew: true };
}

/** Answers what it was. Fails with `not_found`. */
export async function deleteSuppressionRule(trx: Trx, input: OwnSuppressionRule): Promise<SuppressionRule> {
  const rule = await requireOwn(trx, input);
  await trx.deleteFrom('suppressionRules').where('id', '=', rule.id).execute();
  await record(trx, 'suppression_rule.delete', rule, input.actor);
  return rule;
}

async function requireOwn(trx: Trx, { id, organizationId }: OwnSuppressionRule): Promise<SuppressionRule> {
  const row = await trx.selectFrom('suppressionRules').selectAll().where('id', '=', id).executeTakeFirst();
  if (row?.organizationId === organizationId) return toRule(row);
  throw new AppError('not_found', {
    public: `there is no suppression rule ${id.slice(0, 64)}`,
    faults: [{ where: 'id', value: id.slice(0, 200), message: 'no suppression rule of this organization has this id' }],
  });
}

function record(trx: Trx, action: string, rule: SuppressionRule, actor: Actor): Promise<void> {
  return appendAudit(trx, {
    actor,
    action,
    objectType: 'suppression_rule',
    objectId: rule.id,
    objectLabel: rule.name,
    organizationId: rule.organizationId,
    result: 'success',
    detail: { match: rule.match },
  });
}

function toRule(row: SuppressionRuleRow): SuppressionRule {
  return { ...row, match: storedMatch(row.match), enabled: row.enabled === 1 };
}

/** Without members where the text is none that this release writes: half of what it says would hide too much. */
function storedMatch(text: string): SuppressionMatch {
  try {
    const match: unknown = JSON.parse(text);
    if (typeof match !== 'object' || match === null) return {};
    const isKnown = ([name, value]: [string, unknown]) =>
      MEMBERS.some((member) => member === name) && typeof value === 'string';
    return Object.entries(match).every(isKnown) ? match : {};
  } catch {
    return {};
  }
}
