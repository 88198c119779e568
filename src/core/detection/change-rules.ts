import { enqueue } from '../../control/repos/jobs.ts';
import {
  listRules as listStored,
  removeRules as remove,
  type StoredRule,
  setRulesEnabled,
} from '../../control/repos/rules.ts';
import { LEVELS, type Level } from '../../detect/index.ts';
import { DAY_MS } from '../../kit/durations.ts';
import { AppError, badInput } from '../../model/errors.ts';
import type { Caller } from '../caller.ts';
import type { Context } from '../context.ts';
import { requireOperator } from '../operator.ts';
import { STARTER_PACK } from './import-rules.ts';
import { setRefusedApart } from './set-refused-apart.ts';

/** A rule as lists show it. */
export interface ListedRule extends Omit<StoredRule, 'text'> {
  readonly level: Level;
}

/** Which rules; every member that is given narrows. */
export interface RuleChoice {
  readonly ids?: readonly string[] | undefined;
  readonly pack?: string | undefined;
  readonly level?: Level | undefined;
  readonly enabled?: boolean | undefined;
  readonly setApart?: boolean | undefined;
}

/** By pack and title. */
export async function listRules(context: Context, caller: Caller, choice: RuleChoice): Promise<ListedRule[]> {
  requireOperator(caller);
  return (await chosen(context, choice)).map(toListed);
}

/**
 * Answers the rules that were not so before, or were set apart; and are again, where the event store still refuses them.
 *
 * @param days they also make the alarms of so many days in the past, by a job that begins soon
 */
export async function enableRules(
  context: Context,
  caller: Caller,
  { days, ...choice }: RuleChoice & { readonly days?: number | undefined },
): Promise<ListedRule[]> {
  const enabled = await change(context, caller, choice, true);
  if (days !== undefined) {
    const ruleIds = (await chosen(context, choice)).map(({ id }) => id);
    const payload = { ruleIds, sinceMs: context.now() - days * DAY_MS };
    await enqueue(context.control.db, { kind: 'backfill-rules', payload });
  }
  await setRefusedApart(
    context,
    enabled.map(({ id }) => id),
  );
  const apart = new Map((await chosen(context, { setApart: true })).map(({ id, setApart }) => [id, setApart]));
  return enabled.map((rule) => ({ ...rule, setApart: apart.get(rule.id) ?? null }));
}

export async function disableRules(context: Context, caller: Caller, choice: RuleChoice): Promise<ListedRule[]> {
  return change(context, caller, choice, false);
}

/** Removes all rules of a pack. Their alarms stay. Answers how many there were. */
export async function removePack(context: Context, caller: Caller, pack: string): Promise<number> {
  requireOperator(caller);
  if (pack === STARTER_PACK) {
    throw new AppError('conflict', {
      public: 'these rules come with Belfry and would come back; disable them instead',
    });
  }
  const removed = await remove(context.control.db, { selection: { pack }, actor: caller.actor });
  return removed.length;
}

async function change(context: Context, caller: Caller, choice: RuleChoice, enabled: boolean): Promise<ListedRule[]> {
  requireOperator(caller);
  const rules = await chosen(context, choice);
  const known = new Set(rules.map(({ id }) => id));
  const unknown = choice.ids?.find((id) => !known.has(id));
  if (unknown !== undefined) throw badInput('ids', unknown, `there is no rule ${JSON.stringify(unknown)}`);
  const selection = { ids: [...known] };
  const changed = await setRulesEnabled(context.control.db, { selection, enabled, actor: caller.actor });
  return changed.map(toListed);
}

async function chosen(context: Context, choice: RuleChoice): Promise<StoredRule[]> {
  const { ids, pack, level, enabled, setApart } = choice;
  const rules = await listStored(context.control.db, { ids, pack, enabled });
  return rules
    .filter((rule) => level === undefined || levelOf(rule) === level)
    .filter((rule) => setApart === undefined || (rule.setApart !== null) === setApart);
}

/** As its text says, without reading all of it: lists hold thousands. */
function levelOf({ text }: StoredRule): Level {
  const word = /^level:\s*['"]?(\w+)/im.exec(text)?.[1]?.toLowerCase();
  return LEVELS.find((level) => level === word) ?? 'medium';
}

function toListed(stored: StoredRule): ListedRule {
  const { text: _, ...rule } = stored;
  return { ...rule, level: levelOf(stored) };
}
