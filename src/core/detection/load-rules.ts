import { setImmediate as otherWork } from 'node:timers/promises';
import { listRules, type StoredRule } from '../../control/repos/rules.ts';
import {
  type DetectionRule,
  parseRules,
  type ResolvedRules,
  type RuleProblem,
  resolveCorrelations,
} from '../../detect/index.ts';
import type { Context } from '../context.ts';
import { type FailedRule, failureOf } from './compile-rules.ts';

/** Rules to look for, with what they need to know of others. */
export interface LoadedRules {
  readonly wanted: readonly DetectionRule[];
  /** The wanted ones and others: correlations, and what these are made of. */
  readonly resolved: ResolvedRules;
  /** What is wrong with those that are wanted. */
  readonly problems: readonly RuleProblem[];
  /** Stored rules that are wanted. */
  readonly stored: readonly StoredRule[];
  /** Those of them that cannot be looked for: this release does not read their text, or knows no such logs. */
  readonly unusable: readonly FailedRule[];
}

/**
 * Those of the stored rules that are wanted. Stored correlations are read whether they are wanted or not: the rules they are
 * made of raise no alarms of their own.
 */
export async function loadRules(context: Context, isWanted: (rule: StoredRule) => boolean): Promise<LoadedRules> {
  const stored = await listRules(context.control.db);
  const reader = new Reader();
  const wanted: DetectionRule[] = [];
  const chosen = stored.filter(isWanted);
  for (const rule of chosen) wanted.push(...(await reader.read(rule)));
  for (const rule of stored.filter(mayCorrelate)) await reader.read(rule);
  await readReferred(reader, stored);
  return loaded(wanted, reader, chosen);
}

/** The rules of a text that is not stored. Its correlations may refer to stored rules. */
export async function loadText(
  context: Context,
  { text, file }: { readonly text: string; readonly file: string },
): Promise<LoadedRules> {
  const { rules, problems } = parseRules(text, file);
  const reader = new Reader();
  reader.add(rules);
  reader.problems.push(...problems);
  await readReferred(reader, reader.references().size === 0 ? [] : await listRules(context.control.db));
  return loaded(
    rules.filter(({ silent }) => !silent),
    reader,
  );
}

async function readReferred(reader: Reader, stored: readonly StoredRule[]): Promise<void> {
  const references = reader.references();
  for (const rule of stored.filter((one) => isReferred(one, references))) await reader.read(rule);
}

function loaded(wanted: readonly DetectionRule[], reader: Reader, stored: readonly StoredRule[] = []): LoadedRules {
  const resolved = resolveCorrelations([...reader.rules.values()]);
  const files = new Set(wanted.map(({ file }) => file));
  const own = resolved.problems.filter(({ file }) => files.has(file));
  const problems = [...reader.problems, ...own];
  return { wanted, resolved, problems, stored, unusable: unusableOf(stored, resolved, problems) };
}

function unusableOf(
  stored: readonly StoredRule[],
  { events, correlations }: ResolvedRules,
  problems: readonly RuleProblem[],
): FailedRule[] {
  const usable = new Set([...events, ...correlations.map(({ rule }) => rule)].map(({ id }) => id));
  return stored
    .filter(({ id }) => !usable.has(id))
    .map(({ id, file }) => {
      const problem = problems.find((one) => one.file === file);
      const reason = problem && `${file}:${problem.line}: ${problem.message}`;
      return { ruleId: id, reason: reason ?? 'this release of Belfry does not find the rule in its text' };
    });
}

/** Reads each stored rule once, together with what its text holds besides. */
class Reader {
  readonly rules = new Map<string, DetectionRule>();
  readonly problems: RuleProblem[] = [];

  /** The rule itself, in a list; nothing where its text cannot be read any more. */
  async read({ id, text, file }: StoredRule): Promise<DetectionRule[]> {
    const before = this.rules.get(id);
    if (before !== undefined) return [before];
    // Thousands of rules take seconds.
    await otherWork();
    const { rules, problems } = parsed(text, file);
    this.add(rules.filter((rule) => rule.id === id || rule.silent));
    this.problems.push(...problems);
    return rules.filter((rule) => rule.id === id);
  }

  add(rules: readonly DetectionRule[]): void {
    for (const rule of rules) if (!this.rules.has(rule.id)) this.rules.set(rule.id, rule);
  }

  /** Ids and names that the correlations refer to. */
  references(): Set<string> {
    const correlations = [...this.rules.values()].flatMap((rule) => (rule.type === 'correlation' ? [rule] : []));
    return new Set(correlations.flatMap(({ rules }) => rules.map(({ reference }) => reference)));
  }
}

/** A text that the reader stumbles over is one with a problem. */
function parsed(text: string, file: string): ReturnType<typeof parseRules> {
  try {
    return parseRules(text, file);
  } catch (error) {
    return { rules: [], problems: [{ file, line: 1, column: 1, message: failureOf(error) }] };
  }
}

/** Without reading the text as a whole: of thousands of rules few correlate. */
function mayCorrelate({ text }: StoredRule): boolean {
  return /^correlation\s*:/m.test(text) || /\|\s*count\s*\(/i.test(text);
}

function isReferred({ id, text }: StoredRule, references: ReadonlySet<string>): boolean {
  const name = /^name\s*:\s*['"]?([^'"\n#]*)/m.exec(text)?.[1]?.trim();
  return references.has(id) || (name !== undefined && references.has(name));
}
