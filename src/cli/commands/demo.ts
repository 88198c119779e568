import type { Command } from 'commander';
import type { DemoSummary } from '../demo-set.ts';
import { printResult, table } from '../output.ts';
import { type JsonOption, outputOf, withBelfry, withJson } from '../run.ts';

/** From so many events on it is a benchmark that is wanted, not a story. */
const SCALE_FROM = 1_000_000;

export function addDemoCommand(program: Command): void {
  withJson(
    program
      .command('demo')
      .description('load traffic of a provider and its customers, ending now, as if their logs were imported')
      .option(
        '--events <number>',
        `about how many; from ${SCALE_FROM} on, one organization "scale" for benchmarks`,
        '200000',
      )
      .option('--days <number>', 'over how many days', '30')
      .option('--seed <number>', 'the same seed gives the same traffic', '1')
      .option('--out <folder>', 'only write the log files, into this folder'),
  ).action(demo);
}

interface DemoCommandOptions extends JsonOption {
  readonly events: string;
  readonly days: string;
  readonly seed: string;
  readonly out?: string;
}

async function demo(options: DemoCommandOptions, command: Command): Promise<void> {
  const plan = {
    events: wholeNumber(command, 'events', options.events),
    days: wholeNumber(command, 'days', options.days),
    seed: wholeNumber(command, 'seed', options.seed),
    end: new Date(),
  };
  const scale = plan.events >= SCALE_FROM;
  const { loadDemoSet, writeDemoSet } = await import('../demo-set.ts');
  if (options.out !== undefined) {
    const organizations = await writeDemoSet({ ...plan, folder: options.out, scale });
    const files = organizations.flatMap((organization) => organization.files.map(({ path }) => path));
    printResult(outputOf(options), { organizations }, () => files.join('\n'));
    return;
  }
  const summary = await withBelfry(({ api, dataDirectory }) => loadDemoSet(api, dataDirectory, { ...plan, scale }));
  printResult(outputOf(options), summary, () => demoText(summary));
}

function wholeNumber(command: Command, option: string, text: string): number {
  if (/^[1-9]\d{0,9}$/.test(text)) return Number(text);
  return command.error(`error: option '--${option}' must be a whole number above 0, not '${text}'`);
}

function demoText({ stored, organizations }: DemoSummary): string {
  const rows = organizations.map(({ id, slug, name, parent }) => [id, slug, name, parent]);
  const hint = 'A key for one of them: belfry client create <slug> --name <text>';
  return `${stored} events stored in\n\n${table(['NUMBER', 'SLUG', 'NAME', 'PARENT'], rows)}\n\n${hint}`;
}
