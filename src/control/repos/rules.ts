import { createHash } from 'node:crypto';
import type { Actor } from '../../model/scope.ts';
import { appendAudit, appendAudits } from '../audit.ts';
import type { RuleRow } from '../tables.ts';
import { type Db, inTransaction, type Trx } from '../transaction.ts';
import { chunks } from './chunks.ts';

/** A rule of detection as somebody wrote it. What its text must look like is its reader's to check. */
export interface StoredRule {
  /** Unique everywhere. */
  readonly id: string;
  /** Name of the pack it came with. */
  readonly pack: string;
  /** Path in the pack. */
  readonly file: string;
  readonly title: string;
  readonly text: string;
  readonly enabled: boolean;
  /** ISO 8601 instant at which its text came. */
  readonly loadedAt: string;
  /** Why detection leaves the rule out; null where it does not. */
  readonly setApart: SetApart | null;
}

/** Why a rule is left out by detection, although it is enabled. */
export interface SetApart {
  /** ISO 8601 instant. */
  readonly at: string;
  /** What the event store, or the compiler of rules, says. */
  readonly reason: string;
  /** Number of the first batch that was not searched for the rule. */
  readonly fromBatch: number;
  /** Hash of what the rule was compiled to. */
  readonly compiled: string;
}

export interface RulePack {
  readonly pack: string;
  /** Ids are unique; of two rules with one id the later one counts. */
  readonly rules: readonly Pick<StoredRule, 'id' | 'file' | 'title' | 'text'>[];
  /** Whether rules that are new are enabled; others stay as they are. */
  readonly enableNew: boolean;
  readonly actor: Actor;
}

/** Ids of rules by what became of them. */
export interface PutRules {
  readonly added: readonly string[];
  readonly changed: readonly string[];
  readonly unchanged: readonly string[];
  /** Those that another pack has: they stay as they are there. */
  readonly elsewhere: readonly string[];
}

const ROWS_AT_ONCE = 1000;

/** Columns of a rule that is not set apart. */
const TAKEN_PART = { apartAt: null, apartReason: null, apartFromBatch: null, apartCompiled: null };

/** Adds rules to a pack and replaces those it has. Rules of the pack that are not among them stay. */
export function putRulePack(db: Db, { pack, rules, enableNew, actor }: RulePack): Promise<PutRules> {
  const byId = new Map(rules.map((rule) => [rule.id, rule]));
  return inTransaction(db, async (trx) => {
    const known = await rulesById(trx, [...byId.keys()]);
    const loadedAt = new Date().toISOString();
    const result = { added: [], changed: [], unchanged: [], elsewhere: [] } as Record<keyof PutRules, string[]>;
    const rows: RuleRow[] = [];
    for (const { id, file, title, text } of byId.values()) {
      const before = known.get(id);
      const fate = fateOf(before, { pack, file, title, text });
      result[fate].push(id);
      const enabled = before?.enabled ?? (enableNew ? 1 : 0);
      if (fate === 'added' || fate === 'changed') {
        rows.push({ id, pack, file, title, text, enabled, loadedAt, ...TAKEN_PART });
      }
    }
    for (const some of chunks(rows, ROWS_AT_ONCE)) await upsert(trx, some);
    const { added, changed } = result;
    const detail = { added: added.length, changed: changed.length };
    if (rows.length > 0) await recordPack(trx, 'rule_pack.put', { pack, actor, detail });
    return result;
  });
}

function fateOf(
  before: RuleRow | undefined,
  now: Pick<StoredRule, 'pack' | 'file' | 'title' | 'text'>,
): keyof PutRules {
  if (before === undefined) return 'added';
  if (before.pack !== now.pack) return 'elsewhere';
  const isSame = before.file === now.file && before.title === now.title && before.text === now.text;
  return isSame ? 'unchanged' : 'changed';
}

async function rulesById(trx: Trx, ids: readonly string[]): Promise<Map<string, RuleRow>> {
  const found = new Map<string, RuleRow>();
  for (const some of chunks(ids, ROWS_AT_ONCE)) {
    const rows = await trx.selectFrom('rules').selectAll().where('id', 'in', some).execute();
    for (const row of rows) found.set(row.id, row);
  }
  return found;
}

async function upsert(trx: Trx, rows: readonly RuleRow[]): Promise<void> {
  await trx
    .insertInto('rules')
    .values(rows)
    .onConflict((conflict) =>
      conflict.column('id').doUpdateSet((eb) => ({
        file: eb.ref('excluded.file'),
        title: eb.ref('excluded.title'),
        text: eb.ref('excluded.text'),
        loadedAt: eb.ref('excluded.loadedAt'),
        ...TAKEN_PART,
      })),
    )
    .execute();
}

/** Which rules; every member that is given narrows. */
export interface RuleSelection {
  readonly pack?: string | undefined;
  readonly ids?: readonly string[] | undefined;
  readonly enabled?: boolean | undefined;
}

/** By pack, title and id. */
export async function listRules(db: Db, selection: RuleSelection = {}): Promise<StoredRule[]> {
  const { pack, ids, enabled } = selection;
  if (ids?.length === 0) return [];
  const rows = await db
    .selectFrom('rules')
    .selectAll()
    .$if(pack !== undefined, (query) => query.where('pack', '=', pack ?? ''))
    .$if(ids !== undefined, (query) => query.where('id', 'in', ids ?? []))
    .$if(enabled !== undefined, (query) => query.where('enabled', '=', enabled ? 1 : 0))
    .orderBy('pack')
    .orderBy('title')
    .orderBy('id')
    .execute();
  return rows.map(toStoredRule);
}

function toStoredRule({ apartAt, apartReason, apartFromBatch, apartCompiled, ...row }: RuleRow): StoredRule {
  const setApart =
    apartAt === null
      ? null
      : { at: apartAt, reason: apartReason ?? '', fromBatch: apartFromBatch ?? 0, compiled: apartCompiled ?? '' };
  return { ...row, enabled: row.enabled === 1, setApart };
}

export interface RulesChange {
  readonly selection: Pick<RuleSelection, 'pack' | 'ids'>;
  readonly actor: Actor;
}

/** Answers the rules that were not so before. Enabling also takes up again what was set apart. */
export function setRulesEnabled(db: Db, change: RulesChange & { readonly enabled: boolean }): Promise<StoredRule[]> {
  const { selection, enabled, actor } = change;
  return inTransaction(db, async (trx) => {
    const chosen = await listRules(trx, selection);
    const rules = chosen.filter((rule) => rule.enabled !== enabled || (enabled && rule.setApart !== null));
    for (const some of chunks(rules, ROWS_AT_ONCE)) {
      const ids = some.map(({ id }) => id);
      await trx
        .updateTable('rules')
        .set({ enabled: enabled ? 1 : 0, ...(enabled && TAKEN_PART) })
        .where('id', 'in', ids)
        .execute();
    }
    await record(trx, enabled ? 'rule.enable' : 'rule.disable', rules, actor);
    return rules.map((rule) => ({ ...rule, enabled, ...(enabled && { setApart: null }) }));
  });
}

/** Answers what they were. */
export function removeRules(db: Db, { selection, actor }: RulesChange): Promise<StoredRule[]> {
  return inTransaction(db, async (trx) => {
    const rules = await listRules(trx, selection);
    for (const some of chunks(rules, ROWS_AT_ONCE)) {
      const ids = some.map(({ id }) => id);
      await trx.deleteFrom('rules').where('id', 'in', ids).execute();
    }
    await record(trx, 'rule.remove', rules, actor);
    return rules;
  });
}

function record(
  trx: Trx,
  action: string,
  rules: readonly StoredRule[],
  actor: Actor,
  more: Readonly<Record<string, unknown>> = {},
): Promise<void> {
  return appendAudits(
    trx,
    rules.map(({ id, title, pack, file }) => ({
      actor,
      action,
      objectType: 'rule',
      objectId: id,
      objectLabel: title,
      organizationId: null,
      result: 'success',
      detail: { pack, file, ...more },
    })),
  );
}

function recordPack(
  trx: Trx,
  action: string,
  { pack, actor, detail }: Pick<RulePack, 'pack' | 'actor'> & { readonly detail: Readonly<Record<string, unknown>> },
): Promise<void> {
  return appendAudit(trx, {
    actor,
    action,
    objectType: 'rule_pack',
    objectId: pack,
    organizationId: null,
    result: 'success',
    detail,
  });
}

/** A rule to be left out, as it was when it was compiled. */
export interface RuleToSetApart extends SetApart {
  readonly id: string;
  readonly loadedAt: string;
}

/** Answers false, and changes nothing, where the rule was removed, set apart or given another text meanwhile. */
export function setRuleApart(db: Db, { rule, actor }: { rule: RuleToSetApart; actor: Actor }): Promise<boolean> {
  return inTransaction(db, async (trx) => {
    const { id, at, reason, fromBatch, compiled } = rule;
    const row = await trx
      .updateTable('rules')
      .set({ apartAt: at, apartReason: reason, apartFromBatch: fromBatch, apartCompiled: compiled })
      .where('id', '=', id)
      .where('loadedAt', '=', rule.loadedAt)
      .where('apartAt', 'is', null)
      .returningAll()
      .executeTakeFirst();
    if (row === undefined) return false;
    await record(trx, 'rule.set_apart', [toStoredRule(row)], actor, { reason, fromBatch });
    return true;
  });
}

/** Lets detection look for rules again that were set apart. */
export function takeUpRules(db: Db, { ids, actor }: { ids: readonly string[]; actor: Actor }): Promise<void> {
  return inTransaction(db, async (trx) => {
    const rules = (await listRules(trx, { ids })).filter(({ setApart }) => setApart !== null);
    for (const some of chunks(rules, ROWS_AT_ONCE)) {
      const apart = some.map(({ id }) => id);
      await trx.updateTable('rules').set(TAKEN_PART).where('id', 'in', apart).execute();
    }
    await record(trx, 'rule.take_up', rules, actor);
  });
}

/** How many enabled rules are set apart. */
export async function countRulesSetApart(db: Db): Promise<number> {
  const row = await db
    .selectFrom('rules')
    .select((eb) => eb.fn.countAll().as('rules'))
    .where('apartAt', 'is not', null)
    .where('enabled', '=', 1)
    .executeTakeFirst();
  return Number(row?.rules ?? 0);
}

/** Changes whenever a rule is added, removed, enabled, disabled or set apart, or its text becomes another one. */
export async function rulesVersion(db: Db): Promise<string> {
  const rows = await db.selectFrom('rules').select(['id', 'enabled', 'loadedAt', 'apartAt']).orderBy('id').execute();
  const hash = createHash('sha256');
  for (const { id, enabled, loadedAt, apartAt } of rows) {
    hash.update(JSON.stringify([id, enabled, loadedAt, apartAt]));
  }
  return hash.digest('hex');
}
