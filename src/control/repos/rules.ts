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
      if (fate === 'added' || fate === 'changed') rows.push({ id, pack, file, title, text, enabled, loadedAt });
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
  return rows.map((row) => ({ ...row, enabled: row.enabled === 1 }));
}

export interface RulesChange {
  readonly selection: Pick<RuleSelection, 'pack' | 'ids'>;
  readonly actor: Actor;
}

/** Answers the rules that were not so before. */
export function setRulesEnabled(db: Db, change: RulesChange & { readonly enabled: boolean }): Promise<StoredRule[]> {
  const { selection, enabled, actor } = change;
  return inTransaction(db, async (trx) => {
    const rules = await listRules(trx, { ...selection, enabled: !enabled });
    for (const some of chunks(rules, ROWS_AT_ONCE)) {
      const ids = some.map(({ id }) => id);
      await trx
        .updateTable('rules')
        .set({ enabled: enabled ? 1 : 0 })
        .where('id', 'in', ids)
        .execute();
    }
    await record(trx, enabled ? 'rule.enable' : 'rule.disable', rules, actor);
    return rules.map((rule) => ({ ...rule, enabled }));
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

function record(trx: Trx, action: string, rules: readonly StoredRule[], actor: Actor): Promise<void> {
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
      detail: { pack, file },
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

/** Changes whenever a rule is added, removed, enabled or disabled, or its text becomes another one. */
export async function rulesVersion(db: Db): Promise<string> {
  const rows = await db.selectFrom('rules').select(['id', 'enabled', 'loadedAt']).orderBy('id').execute();
  const hash = createHash('sha256');
  for (const { id, enabled, loadedAt } of rows) hash.update(JSON.stringify([id, enabled, loadedAt]));
  return hash.digest('hex');
}
