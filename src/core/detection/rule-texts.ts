import { type DetectionRule, parseRules, type RuleProblem } from '../../detect/index.ts';
import { intentNamed } from './alarm-rule.ts';

/** A file with rules in it. */
export interface RuleFile {
  /** Path in its pack. */
  readonly name: string;
  readonly text: string;
}

/** A rule with the text that it is read from again. */
export interface RuleText {
  readonly rule: DetectionRule;
  readonly text: string;
}

/** What stands in a file. */
export interface ReadRules {
  readonly rules: readonly DetectionRule[];
  /** The rules that can be told apart. Old aggregations make two of one: the silent part comes with the other's text. */
  readonly texts: readonly RuleText[];
  readonly problems: readonly RuleProblem[];
}

/** The rules of a file, and what is wrong with those that are not among them. */
export function readRuleFile({ name, text }: RuleFile, licence: string | undefined): ReadRules {
  const { rules, problems } = parseRules(text, name, licence === undefined ? {} : { license: licence });
  const faults = rules.flatMap(hintFaults);
  const sound = rules.filter((rule) => faults.every(({ line }) => line !== rule.line));
  const own = sound.filter(({ silent }) => !silent);
  return {
    rules: sound,
    texts: own.map((rule) => ({ rule, text: licensed(documentOf(text, rule, rules), licence) })),
    problems: [...problems, ...faults],
  };
}

/** What only alarms know to be wrong. */
function hintFaults({ file, line, alarm: { intent } }: DetectionRule): RuleProblem[] {
  if (intent === undefined || intentNamed(intent) !== undefined) return [];
  return [{ file, line, column: 1, message: `unknown intent ${JSON.stringify(intent.slice(0, 100))}` }];
}

/** The document of a rule where its file has several that do not depend on each other; else the whole file. */
function documentOf(text: string, rule: DetectionRule, rules: readonly DetectionRule[]): string {
  const starts = [...new Set(rules.map(({ line }) => line))];
  if (starts.length < 2 || /^action:/m.test(text)) return text;
  const lines = text.split('\n');
  const isMark = (line: string | undefined) => line !== undefined && /^---(\s|$)/.test(line);
  const end = lines.findIndex((line, index) => index >= rule.line && isMark(line));
  let start = rule.line - 1;
  while (start > 0 && !isMark(lines[start - 1])) start -= 1;
  return lines.slice(start, end < 0 ? undefined : end).join('\n');
}

/** With the licence in it, where it names none: it is read again without being told. */
function licensed(text: string, licence: string | undefined): string {
  if (licence === undefined || /^license\s*:/m.test(text)) return text;
  return text.replace(/^title\s*:/m, (title) => `license: ${JSON.stringify(licence)}\n${title}`);
}
