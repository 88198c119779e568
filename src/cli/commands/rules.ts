import { basename, resolve } from 'node:path';
import type { Command } from 'commander';
import { note, printResult, table } from '../output.ts';
import { printable } from '../printable.ts';
import { type JsonOption, outputOf, withBelfry, withJson } from '../run.ts';
import type { DetectionRule, ImportedRules, TriedRules } from '../wire.ts';

export function addRulesCommands(program: Command): void {
  const rules = program.command('rules').description('rules of detection, in Sigma: they make alarms of events');
  withJson(
    rules
      .command('import <path>')
      .description('load the rules of a folder, with all below it, or of a file; what cannot be loaded is listed')
      .option('--pack <name>', 'what to call them (default: the name of the folder or file)')
      .option('--licence <name>', 'licence of rules that name none; it stays with their alarms')
      .option('--enable', 'enable those that are new'),
  ).action(importRules);
  withJson(
    rules
      .command('list')
      .description('list rules')
      .option('--pack <name>', 'those of one pack')
      .option('--level <level>', 'those of one level: informational, low, medium, high, critical')
      .option('--enabled', 'those that are enabled')
      .option('--disabled', 'those that are not')
      .option('--set-apart', 'those that detection leaves out because they fail, with the reason'),
  ).action(listRules);
  withJson(
    rules
      .command('test <id|file>')
      .description('see what a rule would have found in the last days; nothing is changed')
      .option('--days <number>', 'how many', '7'),
  ).action(testRules);
  withJson(
    choice(rules.command('enable [id...]').description('enable rules')).option(
      '--days <number>',
      'make the alarms of so many days in the past, too',
    ),
  ).action((ids, options) => change('enable', ids, options));
  withJson(choice(rules.command('disable [id...]').description('disable rules; their alarms stay'))).action(
    (ids, options) => change('disable', ids, options),
  );
  withJson(
    rules
      .command('remove')
      .description('remove all rules of a pack; their alarms stay')
      .requiredOption('--pack <name>', 'which pack'),
  ).action(removePack);
}

function choice(command: Command): Command {
  return command
    .option('--pack <name>', 'those of one pack')
    .option('--level <level>', 'those of one level')
    .option('--all', 'all of them');
}

interface ImportOptions extends JsonOption {
  readonly pack?: string;
  readonly licence?: string;
  readonly enable?: boolean;
}

async function importRules(path: string, options: ImportOptions): Promise<void> {
  const { readRules } = await import('../rule-files.ts');
  const { pack = packName(path), licence, enable = false } = options;
  const files = await readRules(path);
  const query = new URLSearchParams({ enable: String(enable), ...(licence !== undefined && { licence }) });
  const imported = await withBelfry(({ api }) =>
    api.put<ImportedRules>(`/rules/packs/${encodeURIComponent(pack)}?${query}`, { files }),
  );
  const { added, changed, unchanged, setApart, problems } = imported;
  printResult(
    outputOf(options),
    { pack, ...imported },
    () => `Pack ${pack}: ${added} rules added, ${changed} changed, ${unchanged} as they were.`,
  );
  if (!options.json) noteProblems(problems);
  if (added + changed + unchanged === setApart) process.exitCode = 1;
}

function packName(path: string): string {
  return basename(resolve(path))
    .replace(/\.ya?ml$/i, '')
    .replaceAll(/[^\w.-]+/g, '-');
}

function noteProblems(problems: ImportedRules['problems']): void {
  for (const { file, line, column, message } of problems) note(printable(`${file}:${line}:${column}: ${message}`));
  if (problems.length > 0) note(`${problems.length} rules cannot be used.`);
}

interface ListOptions extends JsonOption {
  readonly pack?: string;
  readonly level?: string;
  readonly enabled?: boolean;
  readonly disabled?: boolean;
  readonly setApart?: boolean;
}

async function listRules(options: ListOptions): Promise<void> {
  const { pack, level, enabled = false, disabled = false, setApart } = options;
  const query = {
    pack,
    level,
    enabled: enabled === disabled ? undefined : String(enabled),
    setApart: setApart ? 'true' : undefined,
  };
  const { data } = await withBelfry(({ api }) => api.get<{ data: DetectionRule[] }>('/rules', query));
  printResult(outputOf(options), data, () => (data.length === 0 ? 'There is no such rule.' : ruleTable(data)));
}

function ruleTable(rules: readonly DetectionRule[]): string {
  const listed = table(
    ['ID', 'PACK', 'LEVEL', 'STATE', 'TITLE'],
    rules.map((rule) => [rule.id, rule.pack, rule.level, stateOf(rule), printable(rule.title)]),
  );
  return [listed, ...reasonsOf(rules)].join('\n');
}

/** A line for each rule that is set apart. */
function reasonsOf(rules: readonly DetectionRule[]): string[] {
  return rules.flatMap(({ id, setApart }) =>
    setApart === null ? [] : [printable(`${id}: set apart from batch ${setApart.fromBatch} on: ${setApart.reason}`)],
  );
}

function stateOf({ enabled, setApart }: DetectionRule): string {
  if (!enabled) return 'disabled';
  return setApart === null ? 'enabled' : 'set apart';
}

async function testRules(rule: string, options: JsonOption & { readonly days: string }): Promise<void> {
  const { readRuleOnTrial } = await import('../rule-files.ts');
  const trial = await readRuleOnTrial(rule);
  const body = { ...trial, days: Number(options.days) };
  const tried = await withBelfry(({ api }) => api.post<TriedRules>('/rules/try', body));
  printResult(outputOf(options), tried, () => trialText(tried, options.days));
  if (!options.json) noteProblems(tried.problems);
  if (tried.rules.length === 0) process.exitCode = 1;
}

function trialText({ rules }: TriedRules, days: string): string {
  if (rules.length === 0) return 'No rule that can be looked for.';
  const rows = rules.flatMap(({ title, organizations }) =>
    organizations.map(({ organization, events, alarms }) => [printable(title), organization, events, alarms] as const),
  );
  return rows.length === 0
    ? `Nothing in the last ${days} days.`
    : table(['RULE', 'ORGANIZATION', 'EVENTS', 'ALARMS'], rows);
}

interface ChangeOptions extends JsonOption {
  readonly pack?: string;
  readonly level?: string;
  readonly all?: true;
  readonly days?: string;
}

async function change(verb: 'enable' | 'disable', ids: readonly string[], options: ChangeOptions): Promise<void> {
  const { pack, level, all, days } = options;
  const body = { ids: ids.length === 0 ? undefined : ids, pack, level, all, days: days && Number(days) };
  const { data } = await withBelfry(({ api }) => api.post<{ data: DetectionRule[] }>(`/rules/${verb}`, body));
  printResult(outputOf(options), data, () => `${data.length} rules ${verb}d.`);
  if (verb === 'enable') noteSetApart(data, options);
}

function noteSetApart(rules: readonly DetectionRule[], { json }: JsonOption): void {
  const reasons = reasonsOf(rules);
  if (reasons.length === 0) return;
  if (!json) for (const line of [...reasons, `${reasons.length} rules cannot be used.`]) note(line);
  if (reasons.length === rules.length) process.exitCode = 1;
}

async function removePack(options: JsonOption & { readonly pack: string }): Promise<void> {
  const path = `/rules/packs/${encodeURIComponent(options.pack)}`;
  const answer = await withBelfry(({ api }) => api.delete<{ removed: number }>(path));
  printResult(outputOf(options), answer, () => `${answer.removed} rules removed.`);
}
