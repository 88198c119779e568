import { setImmediate as otherWork } from 'node:timers/promises';
import { listRules, type PutRules, putRulePack } from '../../control/repos/rules.ts';
import { type DetectionRule, type RuleProblem, resolveCorrelations } from '../../detect/index.ts';
import { badInput } from '../../model/errors.ts';
import type { Actor } from '../../model/scope.ts';
import type { Caller } from '../caller.ts';
import type { Context } from '../context.ts';
import { requireOperator } from '../operator.ts';
import { type RuleFile, type RuleText, readRuleFile } from './rule-texts.ts';
import { setRefusedApart } from './set-refused-apart.ts';

export interface RuleImport {
  /** Name of the pack; rules of an earlier import of it are brought up to date and stay enabled or disabled as they are. */
  readonly pack: string;
  readonly files: readonly RuleFile[];
  /** Licence of rules that name none. */
  readonly licence?: string | undefined;
  /** Whether rules that are new are enabled. */
  readonly enable: boolean;
}

/** What became of the rules. */
export interface ImportedRules {
  readonly added: number;
  readonly changed: number;
  readonly unchanged: number;
  /** Enabled rules among them that are set apart, because the event store cannot look for them. */
  readonly setApart: number;
  /** Rules that cannot be loaded or are set apart, each with what is wrong and where. The others are loaded all the same. */
  readonly problems: readonly RuleProblem[];
}

/** The rules that come with Belfry. */
export const STARTER_PACK = 'starter';

const MAX_PACK_NAME = 100;

/** Loads what is sound of a pack of rules. Rules of the pack that are not among the files stay. */
export async function importRules(context: Context, caller: Caller, input: RuleImport): Promise<ImportedRules> {
  requireOperator(caller);
  if (!/^[\w.-]+$/.test(input.pack) || input.pack.length > MAX_PACK_NAME) {
    throw badInput(
      'pack',
      input.pack,
      'the name of a pack is letters, digits, dots, dashes and underscores, at most 100',
    );
  }
  if (input.pack === STARTER_PACK)
    throw badInput('pack', input.pack, 'this is the name of the rules that come with Belfry');
  const { put, rules, problems } = await putRules(context, input, caller.actor);
  await setRefusedApart(context, [...put.added, ...put.changed]);
  const apart = await problemsOfApart(context, input.pack, rules);
  return {
    added: put.added.length,
    changed: put.changed.length,
    unchanged: put.unchanged.length,
    setApart: apart.length,
    problems: [...problems, ...apart],
  };
}

async function problemsOfApart(
  { control }: Context,
  pack: string,
  rules: readonly DetectionRule[],
): Promise<RuleProblem[]> {
  const reasons = new Map<string, string>();
  for (const { id, setApart } of await listRules(control.db, { pack, enabled: true })) {
    if (setApart !== null) reasons.set(id, setApart.reason);
  }
  return rules.flatMap(({ id, file, line }) => {
    const reason = reasons.get(id);
    if (reason === undefined) return [];
    return [{ file, line, column: 1, message: `the rule is set apart: the event store cannot look for it: ${reason}` }];
  });
}

export interface PutPack {
  readonly put: PutRules;
  /** The sound rules of the files. */
  readonly rules: readonly DetectionRule[];
  readonly problems: readonly RuleProblem[];
}

/** Loads the rules of a pack that can be used, without a permission check, and asks the event store nothing. */
export async function putRules(
  context: Context,
  { pack, files, licence, enable }: RuleImport,
  actor: Actor,
): Promise<PutPack> {
  const { rules, problems } = await readAll(files, licence);
  const put = await putRulePack(context.control.db, {
    pack,
    rules: rules.map(({ rule: { id, file, title }, text }) => ({ id, file, title, text })),
    enableNew: enable,
    actor,
  });
  const elsewhere = new Set(put.elsewhere);
  const taken = rules
    .filter(({ rule }) => elsewhere.has(rule.id))
    .map(({ rule: { file, line, id } }) => ({ file, line, column: 1, message: `another pack has the rule ${id}` }));
  return { put, rules: rules.map(({ rule }) => rule), problems: [...problems, ...taken] };
}

/** The sound rules of all files, each with its text, and what is wrong with the others. */
async function readAll(
  files: readonly RuleFile[],
  licence: string | undefined,
): Promise<{ rules: RuleText[]; problems: RuleProblem[] }> {
  const read: RuleText[] = [];
  const all: DetectionRule[] = [];
  const problems: RuleProblem[] = [];
  for (const file of files) {
    const found = readRuleFile(file, licence);
    read.push(...found.texts);
    all.push(...found.rules);
    problems.push(...found.problems);
    // Thousands of files take seconds.
    await otherWork();
  }
  const resolved = resolveCorrelations(all);
  const sound = new Set([...resolved.events, ...resolved.correlations.map(({ rule }) => rule)].map(placeOf));
  return {
    rules: read.filter(({ rule }) => sound.has(placeOf(rule))),
    problems: [...problems, ...resolved.problems],
  };
}

function placeOf({ file, line, id }: DetectionRule): string {
  return `${file}:${line}:${id}`;
}
